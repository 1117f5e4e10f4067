package layers

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const (
	webgpu   = "github.com/cogentcore/webgpu/"
	ebiten   = "github.com/hajimehoshi/ebiten/"
	jsBridge = "syscall/js"
)

// guarded are the imports that only named packages may have, beside the
// project's own packages.
var guarded = []string{webgpu, ebiten, jsBridge}

// table says what each package may import among the project's own packages and
// the guarded ones. "x/..." stands for x and all packages below it. A package
// that is missing here fails the test, so that a new one gets its row.
var table = map[string][]string{
	"model/tensor":                  {},
	"model/weights":                 {"model/tensor"},
	"model/gguf":                    {"model/weights", "model/tensor"},
	"model/safetensors":             {"model/weights", "model/tensor"},
	"model/graph":                   {"model/tensor", "model/weights"},
	"model/unet":                    {"model/graph", "model/weights", "model/tensor"},
	"model/unet/drawn":              {"model/unet", "model/weights", "model/tensor", "model/rng"},
	"model/unet/unettest":           {"model/unet", "model/unet/drawn", "model/graph", "model/weights", "model/tensor"},
	"model/annotated":               {"model/graph", "model/weights"},
	"model/annotated/annotatedtest": {"model/annotated", "model/unet/unettest"},
	"model/refinenet":               {"model/graph", "model/weights"},
	"model/refinenet/refinenettest": {"model/refinenet", "model/unet/unettest"},
	"model/scorenet":                {"model/graph", "model/weights"},
	"model/scorenet/scorenettest":   {"model/scorenet", "model/unet/unettest"},
	"model/noisy":                   {"model/graph", "model/weights", "model/tensor"},
	"model/noisy/noisytest":         {"model/noisy", "model/unet/unettest"},
	"model/cpu":                     {"model/graph", "model/weights", "model/tensor"},
	"model/gpu": {"model/graph", "model/weights", "model/tensor", "model/gpu/...", "shaders",
		webgpu, jsBridge},
	"model/gpu/device":     {webgpu, jsBridge},
	"model/optest":         {"model/graph", "model/weights", "model/tensor", "model/rng"},
	"model/bench":          {"model/unet", "model/unet/drawn", "model/graph", "model/weights", "model/tensor"},
	"model/bench/gpubench": {"model/bench", "model/graph", "model/gpu", "model/gpu/device"},
	"model/catalog":        {},
	"model/rng":            {},
	"model/energy":         {},
	"model/diffusion":      {"model/rng"},
	"model/plane":          {"model/diffusion", "model/rng"},
	"model/plane/letters":  {"model/plane"},
	"model/sde":            {"model/diffusion", "model/plane", "model/rng"},
	"model/langevin":       {"model/diffusion", "model/plane", "model/rng"},
	"model/dpm":            {"model/graph", "model/weights", "model/tensor", "model/diffusion"},
	"model/dpm/dpmtest":    {"model/dpm", "model/unet/drawn", "model/graph", "model/weights", "model/rng"},
	"model/mlp":            {"model/diffusion", "model/rng", "model/graph", "model/weights", "model/tensor"},
	"model/trajectory":     {"model/diffusion"},
	"model/run": {"model/tensor", "model/weights", "model/graph", "model/unet", "model/rng", "model/diffusion", "model/sde",
		"model/trajectory"},
	"model/architecture": {"model/run", "model/annotated", "model/refinenet", "model/scorenet", "model/noisy", "model/graph",
		"model/weights"},
	"model/figure":  {},
	"model/mathml":  {},
	"model/exhibit": {"model/figure", "model/architecture", "model/catalog", "model/run", "model/unet", "model/graph", "model/weights", "model/trajectory"},
	// An exhibit arranges what the other packages compute; nothing below knows it.
	"model/exhibit/...": {"model/exhibit/...", "model/figure", "model/mathml", "model/diffusion", "model/plane", "model/plane/letters",
		"model/architecture", "model/run", "model/unet", "model/graph", "model/weights", "model/tensor", "model/trajectory", "model/rng",
		"model/dpm", "model/annotated", "model/mlp", "model/energy", "model/langevin", "model/sde", "model/noisy"},
	"model/exhibit/exhibittest": {"model/exhibit", "model/figure", "model/catalog", "model/cpu", "model/gguf", "model/graph", "model/weights",
		"model/diffusion", "model/sde"},
	"shaders":           {},
	"wasm/wire":         {jsBridge},
	"wasm/message":      {"model/run", "model/bench", "wasm/wire", jsBridge},
	"wasm/message/show": {"model/exhibit", "model/figure", "wasm/message", "wasm/wire", jsBridge},
	"wasm/worker":       {jsBridge},
	"wasm/client":       {"wasm/message", "wasm/worker", jsBridge},
	"wasm/client/guide": {"model/exhibit", "wasm/message", "wasm/message/show", "wasm/wire", "wasm/worker", jsBridge},
	"wasm/obtain":       {"model/gpu/device", "wasm/message", jsBridge},
	"wasm/tier":         {"model/cpu", "model/gpu", "model/gpu/device", "model/graph", "wasm/message", "wasm/obtain"},
	"wasm/guide":        {"model/...", "wasm/message", "wasm/message/show", "wasm/obtain", "wasm/tier", "wasm/wire", jsBridge},
	// The first page's engine carries what that page needs: model/architecture is not for it.
	"wasm/engine": {"model/bench", "model/bench/gpubench", "model/cpu", "model/diffusion", "model/gguf", "model/gpu", "model/gpu/device",
		"model/graph", "model/run", "model/unet", "model/weights", "wasm/message", "wasm/obtain", "wasm/tier",
		"wasm/wire", jsBridge},
	"wasm/selftest":      {"model/gpu/...", "model/optest", "model/graph", jsBridge},
	"wasm/scene":         {"model/trajectory", "model/diffusion", ebiten},
	"wasm/dom":           {jsBridge},
	"wasm/words":         {},
	"wasm/scene/figures": {"model/figure", "model/trajectory", "wasm/scene", ebiten},
	"wasm/page":          {"model/run", "model/mathml", "wasm/dom", "wasm/words", "model/catalog", "model/diffusion", "model/trajectory", "wasm/message", "wasm/client", jsBridge},
	"wasm/session": {"model/run", "model/catalog", "model/diffusion", "model/trajectory",
		"wasm/message", "wasm/page", "wasm/scene", "wasm/words"},
	"wasm/chart":         {"model/figure"},
	"wasm/hall/visit":    {"model/exhibit", "model/figure", "wasm/words"},
	"wasm/hall/document": {"model/exhibit", "model/figure", "model/mathml", "wasm/...", jsBridge},
	"wasm/hall":          {"wasm/...", "model/...", jsBridge},
	"wasm/app":           {"wasm/...", "model/...", jsBridge, ebiten},
	"tools":              {"model/...", "tools/...", jsBridge},
}

// platforms are the builds whose imports are checked.
var platforms = [][2]string{{"linux", "amd64"}, {"js", "wasm"}}

func TestImportsFollowTheTable(t *testing.T) {
	for _, p := range platforms {
		packages := list(t, p[0], p[1])
		if len(packages) < 10 {
			t.Fatalf("%s/%s: go list found only %d packages", p[0], p[1], len(packages))
		}
		for _, pkg := range packages {
			allowed, ok := row(pkg.name)
			if !ok {
				t.Errorf("%s has no row in the table of layers_test.go: add it, and to the design", pkg.name)
				continue
			}
			for _, imported := range pkg.imports {
				if !permitted(imported, allowed) {
					t.Errorf("%s/%s: %s may not import %s (allowed: %s)",
						p[0], p[1], pkg.name, imported, strings.Join(allowed, ", "))
				}
			}
		}
	}
}

func TestTheTableForbids(t *testing.T) {
	for _, c := range []struct {
		importer, imported string
		want               bool
	}{
		{"model/diffusion", "model/gpu", false},
		{"model/diffusion", "model/rng", true},
		{"model/graph", jsBridge, false},
		{"wasm/engine", ebiten + "v2", false},
		{"wasm/session", jsBridge, false},
		{"wasm/engine", "model/gpu/device", true},
		{"model/cpu", "shaders", false},
		{"model/run", "model/architecture", false},
		{"wasm/engine", "model/architecture", false},
	} {
		allowed, _ := row(c.importer)
		if got := permitted(c.imported, allowed); got != c.want {
			t.Errorf("%s importing %s: permitted %v, want %v", c.importer, c.imported, got, c.want)
		}
	}
}

// row finds the entry of a package: its own, or its parent's for tools and for
// test helpers below a package.
func row(name string) ([]string, bool) {
	if allowed, ok := table[name]; ok {
		return allowed, true
	}
	if strings.HasPrefix(name, "tools/") {
		return table["tools"], true
	}
	if strings.HasPrefix(name, "model/exhibit/") {
		return table["model/exhibit/..."], true
	}
	return nil, false
}

// permitted reports whether imported is free or among the allowed.
func permitted(imported string, allowed []string) bool {
	own := strings.HasPrefix(imported, "model/") || strings.HasPrefix(imported, "wasm/") ||
		strings.HasPrefix(imported, "tools/") || imported == "shaders"
	restricted := own
	for _, g := range guarded {
		restricted = restricted || strings.HasPrefix(imported+"/", g) || imported == g
	}
	if !restricted {
		return true
	}
	for _, a := range allowed {
		if below, ok := strings.CutSuffix(a, "/..."); ok {
			if imported == below || strings.HasPrefix(imported, below+"/") {
				return true
			}
		}
		if imported == a || (strings.HasSuffix(a, "/") && strings.HasPrefix(imported+"/", a)) {
			return true
		}
	}
	return false
}

type listed struct {
	name    string
	imports []string
}

// list returns the module's packages on one platform with their direct imports,
// those of the module written from its root.
func list(t *testing.T, goos, goarch string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", "unnoise/...")
	cmd.Dir = path.Join("..", "..")
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s/%s: %v", goos, goarch, err)
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		pkg := listed{name: strings.TrimPrefix(p.ImportPath, "unnoise/")}
		for _, i := range p.Imports {
			pkg.imports = append(pkg.imports, strings.TrimPrefix(i, "unnoise/"))
		}
		packages = append(packages, pkg)
	}
}
