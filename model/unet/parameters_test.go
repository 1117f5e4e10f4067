package unet_test

import (
	"slices"
	"testing"

	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
)

const attributesTable = "class_embedding.attributes.weight"

// TestParametersAreDiffusers compares the list with named_parameters() of diffusers.
func TestParametersAreDiffusers(t *testing.T) {
	for _, name := range unettest.Names() {
		golden, err := unettest.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		config, err := unet.ParseConfig(golden.Config)
		if err != nil {
			t.Fatal(err)
		}
		got, err := config.Parameters()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string][]int{}
		for _, p := range golden.Parameters {
			want[p.Name] = p.Shape
		}
		if golden.Attributes != nil {
			// The table of attributes is described by a set's metadata, not by the config,
			// and is no part of diffusers' network.
			if _, ok := want[attributesTable]; !ok {
				t.Errorf("%s has attributes but no %s", name, attributesTable)
			}
			delete(want, attributesTable)
		}
		for _, p := range got {
			if shape, ok := want[p.Name]; !ok || !slices.Equal(shape, p.Shape) {
				t.Errorf("%s: %s %v, diffusers has %v", name, p.Name, p.Shape, shape)
			}
			delete(want, p.Name)
		}
		for missing := range want {
			t.Errorf("%s: %s is missing", name, missing)
		}
	}
}
