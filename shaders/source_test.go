package shaders

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestSourceSetsOverrides(t *testing.T) {
	code, err := Source("silu", Overrides{"WORKGROUP": 128})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(code, "const WORKGROUP: u32 = 128u;") {
		t.Error("the given value is not in the text")
	}
	if strings.Contains(code, "override") {
		t.Error("an override is left")
	}
	if _, err := Source("silu", Overrides{"WORKGRUOP": 1}); err == nil {
		t.Error("an unknown override was accepted")
	}
	if _, err := Source("no_such_kernel", nil); err == nil {
		t.Error("an unknown kernel was accepted")
	}
}

// TestDeclarationsAreRead holds every kernel to the one form of declarations that Source and
// SourceF16 read.
func TestDeclarationsAreRead(t *testing.T) {
	misspelt := regexp.MustCompile(`(?m)^\s*(override|alias act4?)\b.*`)
	for _, stem := range Stems() {
		code, err := Source(stem, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(code, "\nalias act") {
			if code, err = SourceF16(stem, nil); err != nil {
				t.Error(err)
			}
		}
		code = strings.NewReplacer("\nalias act = f16;", "", "\nalias act4 = vec4<f16>;", "").Replace(code)
		if left := misspelt.FindString(code); left != "" {
			t.Errorf("%s: %q is not in the form that is read", stem, left)
		}
	}
}

func TestReplaceCalls(t *testing.T) {
	got := replaceCalls("act(x) + fact(act()) + act4(act(1))+act", "act", "saturate_act")
	if want := "saturate_act(x) + fact(act()) + act4(saturate_act(1))+act"; got != want {
		t.Errorf("got %q, expected %q", got, want)
	}
}

func TestKeyIsTheSameForEqualOverrides(t *testing.T) {
	got := Key("k", Overrides{"B": 2, "A": 1})
	if want := "k(A=1,B=2)"; got != want {
		t.Errorf("Key = %q, expected %q", got, want)
	}
}

// layouts pairs each kernel with the Go struct of its Params.
var layouts = map[string]any{
	"conv2d_grouped":              Conv2DGrouped{},
	"conv2d_depthwise":            Conv2DGrouped{},
	"conv_transpose2d":            Conv2DGrouped{},
	"conv_transpose2d_tile":       Conv2DGrouped{},
	"conv2d_weight_grad":          Conv2DWeightGrad{},
	"conv2d_weight_grad_tile":     Conv2DWeightGrad{},
	"slab_sum":                    SlabSum{},
	"avg_pool2d":                  Pool{},
	"avg_pool2d_grad":             Pool{},
	"max_pool2d":                  Pool{},
	"max_pool2d_grad":             Pool{},
	"resize":                      Resize{},
	"broadcast":                   Broadcast{},
	"div":                         Div{},
	"group_norm_grad":             GroupNormGrad{},
	"group_norm_grad_sums":        GroupNormGrad{},
	"instance_norm_plus":          InstanceNormPlus{},
	"instance_norm_plus_shift":    InstanceNormPlusShift{},
	"mul_channel":                 MulChannel{},
	"rbf":                         RBF{},
	"sub":                         Sub{},
	"unary":                       Unary{},
	"unary_grad":                  Unary{},
	"add":                         Add{},
	"add_channel":                 AddChannel{},
	"affine":                      Affine{},
	"channel_sum":                 ChannelSum{},
	"moving_average":              MovingAverage{},
	"adam_step":                   AdamStep{},
	"adam_update":                 AdamUpdate{},
	"sgd_step":                    SGDStep{},
	"embedding_grad":              EmbeddingGrad{},
	"matmul":                      MatmulValues{},
	"mul":                         Mul{},
	"silu_grad":                   SiLUGrad{},
	"slice":                       Slice{},
	"sum_pool":                    SumPool{},
	"attention_fused":             AttentionFused{},
	"attention_keys_grad":         AttentionKeysGrad{},
	"attention_scores_grad":       AttentionScoresGrad{},
	"attention_scores_tile":       AttentionScores{},
	"attention_scores_broadcast":  AttentionScores{},
	"attention_values_broadcast":  AttentionValues{},
	"conv2d_broadcast":            Conv2D{},
	"conv2d_vec4":                 Conv2D{},
	"attention_values_tile":       AttentionValues{},
	"attention_scores":            AttentionScores{},
	"attention_softmax":           AttentionSoftmax{},
	"attention_values":            AttentionValues{},
	"concat":                      Concat{},
	"cross_entropy":               CrossEntropy{},
	"head_apply":                  HeadApply{},
	"head_context":                HeadContext{},
	"log_prob":                    LogProb{},
	"log_prob_grad":               LogProbGrad{},
	"log_softmax":                 Softmax{},
	"log_softmax_grad":            Softmax{},
	"softmax":                     Softmax{},
	"softmax_grad":                Softmax{},
	"softmax_positions":           SoftmaxPositions{},
	"softmax_positions_grad":      SoftmaxPositions{},
	"softmax_positions_grad_sums": SoftmaxPositions{},
	"softmax_positions_stats":     SoftmaxPositions{},
	"split":                       Split{},
	"split_grad":                  Split{},
	"conv2d":                      Conv2D{},
	"embedding":                   Embedding{},
	"embedding_sum":               EmbeddingSum{},
	"expand":                      Expand{},
	"conv2d_shared":               Conv2D{},
	"conv2d_tile":                 Conv2D{},
	"attention_softmax_subgroups": AttentionSoftmax{},
	"group_norm_join":             GroupNormJoin{},
	"matmul_join":                 MatmulJoin{},
	"matmul_split":                MatmulSplit{},
	"softmax_subgroups":           Softmax{},
	"matmul_broadcast":            Matmul{},
	"matmul_shared":               Matmul{},
	"matmul_tile":                 Matmul{},
	"winograd4_input":             WinogradInput{},
	"winograd4_output":            WinogradOutput{},
	"winograd4_weight":            WinogradWeight{},
	"winograd_input":              WinogradInput{},
	"winograd_norm_input":         WinogradNormInput{},
	"winograd4_norm_input":        WinogradNormInput{},
	"winograd_output":             WinogradOutput{},
	"winograd_weight":             WinogradWeight{},
	"group_norm":                  GroupNorm{},
	"group_norm_stats":            GroupNormStats{},
	"group_norm_stats_subgroups":  GroupNormStats{},
	"group_norm_stats_vec4":       GroupNormStats{},
	"group_norm_vec4":             GroupNorm{},
	"linear":                      Linear{},
	"conv2d_stored":               Conv2D{},
	"matmul_stored":               MatmulStored{},
	"narrow":                      Narrow{},
	"peak_copy":                   PeakCopy{},
	"peak_fma":                    PeakFMA{},
	"scale_shift":                 ScaleShift{},
	"silu":                        SiLU{},
	"sinusoidal":                  Sinusoidal{},
	"upsample":                    Upsample{},
	"widen":                       Widen{},
}

var (
	paramsStruct = regexp.MustCompile(`(?s)struct Params \{(.*?)\n\}`)
	paramsField  = regexp.MustCompile(`(?m)^  ([a-z_0-9]+): (u32|f32),`)
)

// TestLayouts checks that Go and WGSL agree on the order and type of every field.
func TestLayouts(t *testing.T) {
	for _, stem := range Stems() {
		layout, ok := layouts[stem]
		if !ok {
			t.Errorf("%s: no Go layout in this test", stem)
			continue
		}
		code, err := Source(stem, nil)
		if err != nil {
			t.Fatal(err)
		}
		var wgsl, golang []string
		for _, f := range paramsField.FindAllStringSubmatch(paramsStruct.FindString(code), -1) {
			wgsl = append(wgsl, fmt.Sprintf("%s %s", strings.ReplaceAll(f[1], "_", ""), f[2]))
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(layout)) {
			if f.Anonymous { // its fields follow
				continue
			}
			kind := map[reflect.Kind]string{reflect.Uint32: "u32", reflect.Float32: "f32"}[f.Type.Kind()]
			golang = append(golang, fmt.Sprintf("%s %s", strings.ToLower(f.Name), kind))
		}
		if !reflect.DeepEqual(wgsl, golang) {
			t.Errorf("%s:\nWGSL %v\nGo   %v", stem, wgsl, golang)
		}
	}
}

// TestHeaders checks that every kernel names the code that it must agree with.
func TestHeaders(t *testing.T) {
	for _, stem := range Stems() {
		code, err := Source(stem, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"// Reference: ", "// One invocation: "} {
			if !strings.Contains(code, part) {
				t.Errorf("%s.wgsl has no %q", stem, part)
			}
		}
	}
}
