package safetensors

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"unnoise/model/weights"
)

func TestWeights(t *testing.T) {
	oihw := []float32{1, 2, 3, 4, 5, 6, 7, 8} // [1, 2, 2, 2]
	f := &File{Tensors: []Tensor{
		FromFloat32("conv.weight", []int{1, 2, 2, 2}, oihw),
		FromFloat32("conv.bias", []int{1}, []float32{-1}),
		{Name: "half.weight", DType: F16, Shape: []int{1, 2, 1, 2}, Data: []byte{0, 1, 0, 2, 0, 3, 0, 4}},
		{Name: "brain.weight", DType: BF16, Shape: []int{2, 1}, Data: []byte{0x80, 0xbf, 0x00, 0x40}},
	}}
	set, err := f.Weights([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	conv, err := set.Get("conv.weight", []int{1, 2, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	if got := conv.Float32(); !slices.Equal(got, []float32{1, 5, 2, 6, 3, 7, 4, 8}) {
		t.Errorf("stored %v, want OHWI", got)
	}
	if got := conv.Torch(); !slices.Equal(got, oihw) {
		t.Errorf("in PyTorch's order %v, want %v", got, oihw)
	}
	half := set.Lookup("half.weight")
	if half.Type != weights.F16 || !slices.Equal(half.Data, []byte{0, 1, 0, 3, 0, 2, 0, 4}) {
		t.Errorf("half.weight is %v %x", half.Type, half.Data)
	}
	brain := set.Lookup("brain.weight")
	if got := brain.Float32(); brain.Type != weights.F32 || !slices.Equal(got, []float32{-1, 2}) {
		t.Errorf("brain.weight is %v %v", brain.Type, got)
	}

	back := FromWeights(set)
	for _, name := range set.Names() {
		want, _ := f.Lookup(name).Float32s()
		if got, err := back.Lookup(name).Float32s(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s comes back as %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestWeightsErrors(t *testing.T) {
	for want, tensors := range map[string][]Tensor{
		`"x" is I64`:        {FromInt64("x", []int{1}, []int64{1})},
		`"x": shape [0, 3]`: {FromFloat32("x", []int{0, 3}, nil)},
		`"up.attentions.0.to_q.weight" appears twice`: {
			FromFloat32("up.attentions.0.query.weight", []int{1}, []float32{1}),
			FromFloat32("up.attentions.0.to_q.weight", []int{1}, []float32{1}),
		},
	} {
		_, err := (&File{Tensors: tensors}).Weights(nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %s", err, want)
		}
	}
}

func TestPresentName(t *testing.T) {
	for old, want := range map[string]string{
		"down_blocks.1.attentions.0.query.weight":  "down_blocks.1.attentions.0.to_q.weight",
		"down_blocks.1.attentions.0.key.bias":      "down_blocks.1.attentions.0.to_k.bias",
		"mid_block.attentions.0.value.weight":      "mid_block.attentions.0.to_v.weight",
		"mid_block.attentions.0.proj_attn.weight":  "mid_block.attentions.0.to_out.0.weight",
		"mid_block.attentions.0.to_out.0.weight":   "mid_block.attentions.0.to_out.0.weight",
		"mid_block.attentions.0.group_norm.weight": "mid_block.attentions.0.group_norm.weight",
		"value.0.weight":                           "value.0.weight",
	} {
		if got := presentName(old); got != want {
			t.Errorf("%s becomes %s, want %s", old, got, want)
		}
	}
}

func TestReadFolder(t *testing.T) {
	model := &fstest.MapFile{Data: written(t, &File{Tensors: []Tensor{FromFloat32("w", []int{1}, []float32{2})}})}
	object := &fstest.MapFile{Data: []byte(`{"a": 1}`)}
	other := &fstest.MapFile{Data: written(t, &File{Tensors: []Tensor{FromFloat32("v", []int{1}, []float32{3})}})}
	index := func(weightMap string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"weight_map": ` + weightMap + `}`)}
	}
	for name, dir := range map[string]fstest.MapFS{
		"model":          {"config.json": object, weightsFile: model},
		"with scheduler": {"config.json": object, weightsFile: model, schedulerFile: object},
		"several files": {"config.json": object, "a.safetensors": other, "b.safetensors": model, schedulerFile: object,
			shardsFile: index(`{"v": "a.safetensors", "w": "b.safetensors"}`)},
		"pipeline": {"unet/config.json": object, "unet/" + weightsFile: model, "scheduler/" + schedulerFile: object},
	} {
		set, err := ReadFolder(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if set.Lookup("w") == nil || string(set.Config) != `{"a": 1}` || (set.Scheduler == nil) != (name == "model") {
			t.Errorf("%s: config %s, scheduler %s, tensors %v", name, set.Config, set.Scheduler, set.Names())
		}
	}
	for name, c := range map[string]struct {
		dir  fstest.MapFS
		want string
	}{
		"empty":                          {fstest.MapFS{}, "config.json"},
		"no weights":                     {fstest.MapFS{"config.json": object}, weightsFile},
		"pickle only":                    {fstest.MapFS{"config.json": object, pickleFile: object}, "safe_serialization"},
		"another name":                   {fstest.MapFS{"config.json": object, "diffusion_pytorch_model.fp16.safetensors": model}, "diffusion_pytorch_model.fp16.safetensors is: name that file"},
		"index broken":                   {fstest.MapFS{"config.json": object, shardsFile: {Data: []byte("{")}}, shardsFile},
		"a part is missing":              {fstest.MapFS{"config.json": object, "b.safetensors": model, shardsFile: index(`{"v": "a.safetensors", "w": "b.safetensors"}`)}, "a.safetensors"},
		"a tensor is missing":            {fstest.MapFS{"config.json": object, "b.safetensors": model, shardsFile: index(`{"v": "b.safetensors", "w": "b.safetensors"}`)}, `"v" is in none`},
		"a part elsewhere":               {fstest.MapFS{"config.json": object, shardsFile: index(`{"w": "../b.safetensors"}`)}, "a file beside it"},
		"attributes without their table": {fstest.MapFS{"config.json": object, weightsFile: model, attributesFile: {Data: []byte("[]")}}, attributeTableFile},
		"attributes broken":              {fstest.MapFS{"config.json": object, weightsFile: model, attributesFile: {Data: []byte("[")}, attributeTableFile: model}, "attributes.json is not JSON"},
		"another table":                  {fstest.MapFS{"config.json": object, weightsFile: model, attributesFile: {Data: []byte("[]")}, attributeTableFile: model}, "\"weight\" is missing"},
		"config broken":                  {fstest.MapFS{"config.json": {Data: []byte("{")}, weightsFile: model}, "config.json is not a JSON object"},
		"config null":                    {fstest.MapFS{"config.json": {Data: []byte("null")}, weightsFile: model}, "config.json is null"},
		"scheduler":                      {fstest.MapFS{"config.json": object, weightsFile: model, schedulerFile: {Data: []byte("[]")}}, schedulerFile},
		"weights":                        {fstest.MapFS{"config.json": object, weightsFile: object}, weightsFile},
	} {
		if _, err := ReadFolder(c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %s", name, err, c.want)
		}
	}
}
