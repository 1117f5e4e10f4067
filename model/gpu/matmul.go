//go:build js && wasm

package gpu

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"unnoise/shaders"
)

// Ways to compute the matrix products that linear layers, 1×1 convolutions and
// Winograd convolutions are made of. Tile is another: 8×8 values an invocation, the
// tiles numbered through.
const (
	// Flat is Tile with 4×8 values an invocation: half the registers, twice the
	// invocations.
	Flat Config = "flat"
	// SameRows is Tile with the workgroup spread along a row of tiles; Tall has twice
	// the rows.
	SameRows Config = "same-rows"
	Tall     Config = "tall"
	// Shared goes through workgroup memory.
	Shared Config = "shared"
	// Broadcast8, 16 and 32 have 8, 16 or 32 rows by 4 columns an invocation, whose
	// subgroup loads the rows together. Where subgroups have at least 8 lanes.
	Broadcast8  Config = "broadcast-8"
	Broadcast16 Config = "broadcast-16"
	Broadcast32 Config = "broadcast-32"
	// SplitK has the sums of slabs of the channels computed side by side, and joined by a
	// second kernel: for products with few results and many channels.
	SplitK Config = "split-k"
)

// product is a kernel with the tunables of one such way.
type product struct {
	config        Config
	stem          string
	overrides     shaders.Overrides
	rows, columns int // of the result, in a workgroup; 0 where tiles are numbered through
}

// products lists them; Tile, the one that fits any product, comes last.
var products = []product{
	{Shared, "matmul_shared", shaders.Overrides{}, 64, 64},
	{Broadcast8, "matmul_broadcast", shaders.Overrides{"ROWS": 8}, 8, 0},
	{Broadcast16, "matmul_broadcast", shaders.Overrides{"ROWS": 16}, 16, 0},
	{Broadcast32, "matmul_broadcast", shaders.Overrides{"ROWS": 32}, 32, 0},
	{Tall, "matmul_tile", shaders.Overrides{"ROWS": 16, "SAME_ROWS": 1, "WORKGROUP": 8}, 16, 64},
	{SameRows, "matmul_tile", shaders.Overrides{"ROWS": 8, "SAME_ROWS": 1, "WORKGROUP": 8}, 8, 64},
	{SplitK, "matmul_split", shaders.Overrides{}, 0, 0},
	{Flat, "matmul_tile", shaders.Overrides{"ROWS": 4, "SAME_ROWS": 0}, 0, 0},
	{Tile, "matmul_tile", shaders.Overrides{"ROWS": 8, "SAME_ROWS": 0}, 0, 0},
}

const (
	// broadcastLanes is the fewest lanes of a subgroup that the kernels work with whose
	// subgroups load rows together.
	broadcastLanes = 8
	// broadcastRows is the rows an invocation of Broadcast.
	broadcastRows = 16
)

// broadcasts reports whether the device can run those kernels.
func (c *chooser) broadcasts() bool { return c.lanes >= broadcastLanes }

// matrices are a batch of products.
type matrices struct {
	shaders.Matmul
	turned bool // w is [batch, O, I]
}

// name is what a product is called among the rejected kernels. That of the last is
// its kernel's: without it there is none.
func (p product) name() string {
	if p.config == Tile {
		return p.stem
	}
	return string(p.config)
}

// productOf is the product that a kernel's key is of.
func productOf(key string) (product, bool) {
	stem := shaders.Stem(key)
	_, list, _ := strings.Cut(strings.TrimSuffix(shaders.F32Key(key), ")"), "(")
	given := strings.Split(list, ",")
	for _, p := range products {
		matches := p.stem == stem
		for name, value := range p.overrides {
			matches = matches && slices.Contains(given, fmt.Sprintf("%s=%d", name, value))
		}
		if matches {
			return p, true
		}
	}
	return product{}, false
}

// product returns the way to compute a batch of products, and says so to
// observeProduct.
func (c *chooser) product(m matrices) product {
	fitting := c.fittingProducts(m)
	shape := fmt.Sprintf("product %d×[%d, %d] %d", m.Batch, m.Rows, m.InChannels, m.OutChannels)
	if m.turned {
		shape += " turned"
	}
	if c.observeProduct != nil {
		c.observeProduct(m, shape, fitting)
	}
	config := c.usualProduct(m)
	for _, wanted := range append(slices.Clone(c.prefer), c.choices[shape]) {
		if slices.Contains(fitting, wanted) {
			config = wanted
			break
		}
	}
	c.use(config)
	return products[slices.IndexFunc(products, func(p product) bool { return p.config == config })]
}

// usualProduct is the configuration that is taken where none is asked for.
func (c *chooser) usualProduct(m matrices) Config {
	fitting := c.fittingProducts(m)
	for _, config := range c.defaultProducts(m) {
		if slices.Contains(fitting, config) {
			return config
		}
	}
	return Tile
}

// supports reports whether the device has what a product needs.
func (c *chooser) supports(p product) bool {
	return p.stem != "matmul_broadcast" || c.broadcasts()
}

// fittingProducts lists the configurations that compute a batch of products here.
func (c *chooser) fittingProducts(m matrices) []Config {
	var out []Config
	for _, p := range products {
		switch {
		case c.refuses(p.name()):
		case !c.supports(p):
		case m.turned && (p.config == Shared || p.config == SplitK):
		case p.config == SplitK && (c.refuses("matmul_join") || m.slabs() < 2):
		case p.rows > 0 && (m.Batch > maxWorkgroups || int(m.Rows) > p.rows*maxWorkgroups):
		default:
			out = append(out, p.config)
		}
	}
	return out
}

// matmul launches a product of matrices in the configuration that suits the
// adapter and the shape.
func (l *lowering) matmul(p matrices, cost float64, x, w, bias, residual, out bufferID) {
	l.matmulDual(p, cost, x, l.dummy, w, bias, residual, out)
}

// matmulDual does so with a second input b, whose channels come after those of x.
func (l *lowering) matmulDual(p matrices, cost float64, x, b, w, bias, residual, out bufferID) {
	way := l.choose.product(p)
	if way.config == SplitK {
		l.matmulSplit(p, cost, x, b, w, bias, residual, out)
		return
	}
	overrides := maps.Clone(way.overrides)
	overrides["DUAL"] = flag(p.InChannelsB > 0)
	if p.turned {
		overrides["TURNED"] = 1
	}
	bind := []bufferID{x, b, w, bias, residual, out}
	if way.rows == 0 { // 8 columns an invocation
		rows := int(way.overrides["ROWS"])
		l.emit(way.stem, overrides, p.Matmul, int(p.Batch)*ceilDiv(int(p.Rows), rows)*ceilDiv(int(p.OutChannels), 8), cost, bind...)
		return
	}
	columns := way.columns
	if columns == 0 { // 4 columns an invocation
		lanes := l.choose.broadcastWorkgroup(int(p.OutChannels))
		overrides["WORKGROUP"] = uint32(lanes)
		columns = 4 * lanes
	}
	groups := [3]uint32{uint32(ceilDiv(int(p.Rows), way.rows)), uint32(ceilDiv(int(p.OutChannels), columns)), p.Batch}
	l.emitGroups(way.stem, overrides, p.Matmul, groups, cost, bind...)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
