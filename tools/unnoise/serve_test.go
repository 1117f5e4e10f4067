//go:build !js

package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestServe(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index.html": "<p>page", "app.js": "1", "a.wasm.gz": "z", "models/index.json": "{}", "models/m.gguf": "GGUF", "b.wasm": "w",
		"site.webmanifest": "{}",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	output, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		root := rootCommand()
		root.SetArgs([]string{"serve", "--addr", "127.0.0.1:0", "--dir", dir})
		root.SetOut(writer)
		ended <- root.ExecuteContext(ctx)
	}()
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line)
	if address == "" {
		t.Fatalf("no address in %q", line)
	}
	for path, want := range map[string]struct {
		status    int
		mime, has string
	}{
		"/":                  {200, "text/html; charset=utf-8", "<p>page"},
		"/app.js":            {200, "text/javascript; charset=utf-8", "1"},
		"/a.wasm.gz":         {200, "application/gzip", "z"},
		"/b.wasm":            {200, "application/wasm", "w"},
		"/models/index.json": {200, "application/json", "{}"},
		"/models/m.gguf":     {200, "application/octet-stream", "GGUF"},
		"/site.webmanifest":  {200, "application/manifest+json", "{}"},
		"/models/":           {404, "", ""},
		"/none":              {404, "", ""},
		"/../serve_test.go":  {404, "", ""},
	} {
		response, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != want.status || !strings.Contains(string(body), want.has) {
			t.Errorf("%s: %d %q (%v)", path, response.StatusCode, body, err)
		}
		if want.status == 200 && (response.Header.Get("Content-Type") != want.mime || response.Header.Get("Cache-Control") != "no-cache" || response.Header.Get("Content-Encoding") != "") {
			t.Errorf("%s: headers %v", path, response.Header)
		}
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error("ended with", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it did not end")
	}
}

func TestServeErrors(t *testing.T) {
	if _, err := execute(t, "serve", "--addr", "127.0.0.1:0", "--dir", t.TempDir()); err == nil || !strings.Contains(err.Error(), "make site") {
		t.Error("a folder without a page:", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := execute(t, "serve", "--addr", taken.Addr().String(), "--dir", dir); err == nil || !strings.Contains(err.Error(), "another --addr") {
		t.Error("an address in use:", err)
	}
}
