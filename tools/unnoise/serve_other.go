//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// mimeTypes are those that pages depend on, whatever the machine's own table says.
var mimeTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".json":        "application/json",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".gz":          "application/gzip",
	".gguf":        "application/octet-stream",
	".safetensors": "application/octet-stream",
}

func newServeCommand() *cobra.Command {
	var addr, dir string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the page from a folder",
		Long: `Serve the page from a folder, for looking at it and for development: browsers
are told to ask again for every file. Any static host will do for the public.`,
		Example: `  unnoise serve
  unnoise serve --addr 127.0.0.1:9000 --dir site`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), cmd.OutOrStdout(), addr, dir)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	cmd.Flags().StringVar(&dir, "dir", "site", "folder that make site built")
	return cmd
}

// serve serves dir until ctx is cancelled, which is no error.
func serve(ctx context.Context, stdout io.Writer, addr, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		return fmt.Errorf("there is no page in %s (%w); make site builds it", dir, err)
	}
	for ext, typ := range mimeTypes {
		if err := mime.AddExtensionType(ext, typ); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another --addr", addr, err)
	}
	server := &http.Server{
		Handler:           handler(dir),
		ReadHeaderTimeout: 10 * time.Second,
	}
	fmt.Fprintf(stdout, "Unnoise is at http://%s (Ctrl-C ends it)\n", listener.Addr())
	if !isLoopback(listener.Addr()) {
		fmt.Fprintln(stdout, "Other machines will see it without WebGPU, on the CPU: browsers allow it over https and on localhost only.")
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// handler serves the files of dir, fresh every time, and lists no folders.
func handler(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" && strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		files.ServeHTTP(w, r)
	})
}

func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
