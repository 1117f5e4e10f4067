package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// showing is what the flags of exhibit ask for.
type showing struct {
	exhibits []*exhibit.Exhibit
	id       string
	preset   string
	set      []string // control=value
	link     string   // the part after # of a link, replaces preset and set
	models   string
	out      string
	json     bool
	frames   bool
	at       int // the frame that --out writes; −1 the last
	quiet    bool
}

func newExhibitCommand(list []*exhibit.Exhibit) *cobra.Command {
	s := showing{exhibits: list}
	cmd := &cobra.Command{
		Use:   "exhibit ID",
		Short: "Run an exhibit and print its numbers",
		Long: `Run an exhibit as the page does, to its end, and print the numbers it reads out.
Controls that are not set have their defaults; unnoise exhibits --json lists controls
and presets. The same values give the same numbers here, in bin/unnoise-gpu and on
the page.`,
		Example: `  unnoise exhibit guidance-mixture
  unnoise exhibit guidance-mixture --set seed=7 --set steps=50 --json
  unnoise exhibit --link 'guidance-mixture?seed=7&steps=50' --frames
  unnoise exhibit guidance-pictures --set rows=2 --out pictures.png`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				s.id = args[0]
			}
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&s.set, "set", nil, "control=value; may be given again for other controls")
	flags.StringVar(&s.preset, "preset", "", "name of a preset to begin with")
	flags.StringVar(&s.link, "link", "", "the state as in a link to the page: what stands after #")
	flags.StringVar(&s.models, "models", "web", "the site's folder, with models/index.json and data")
	flags.StringVar(&s.out, "out", "", "PNG to write: the last pictures and planes shown; a name for each panel where there are several")
	flags.IntVar(&s.at, "at", -1, "with --out: the panels as they are at the frame of this number, from 0; -1 is the last")
	flags.BoolVar(&s.json, "json", false, "print JSON")
	flags.BoolVar(&s.frames, "frames", false, "print the numbers of every frame, not the last of each")
	flags.BoolVar(&s.quiet, "quiet", false, "show no progress")
	cmd.MarkFlagsMutuallyExclusive("link", "set")
	cmd.MarkFlagsMutuallyExclusive("link", "preset")
	return cmd
}

func (s *showing) run(ctx context.Context, stdout, stderr io.Writer) error {
	state, err := s.state()
	if err != nil {
		return err
	}
	if s.out != "" && !strings.EqualFold(filepath.Ext(s.out), ".png") {
		return fmt.Errorf("--out %s: the pictures are a PNG, so its name must end in .png", s.out)
	}
	exec, err := openExecutor(ctx)
	if err != nil {
		return err
	}
	defer func() { exec.close() }()
	began := time.Now()
	shown, err := s.show(ctx, exec, state, stderr)
	if err != nil {
		return err
	}
	if s.out != "" {
		if err := writePanels(s.out, state.Exhibit(), shown.figures); err != nil {
			return err
		}
	}
	if !s.quiet {
		fmt.Fprintf(stderr, "Frames: %d, time: %v on %s\n", len(shown.frames), time.Since(began).Round(time.Millisecond), exec.name)
	}
	return s.print(stdout, state, exec.name, shown)
}

// state is the state that the flags describe.
func (s *showing) state() (exhibit.State, error) {
	if s.link != "" {
		id, _, _ := strings.Cut(strings.TrimPrefix(s.link, "#"), "?")
		if s.id != "" && s.id != id {
			return exhibit.State{}, fmt.Errorf("--link is of the exhibit %q, not of %q", id, s.id)
		}
		if _, err := s.find(id); err != nil {
			return exhibit.State{}, err
		}
		state, problems := exhibit.Decode(strings.TrimPrefix(s.link, "#"), func(id string) *exhibit.Exhibit {
			e, _ := s.find(id)
			return e
		})
		if len(problems) > 0 {
			return exhibit.State{}, fmt.Errorf("--link: %s", strings.Join(problems, " "))
		}
		return state, nil
	}
	e, err := s.find(s.id)
	if err != nil {
		return exhibit.State{}, err
	}
	values := map[string]string{}
	if s.preset != "" {
		preset, err := findPreset(e, s.preset)
		if err != nil {
			return exhibit.State{}, err
		}
		maps.Copy(values, preset.Values)
	}
	for _, pair := range s.set {
		id, value, ok := strings.Cut(pair, "=")
		if !ok {
			return exhibit.State{}, fmt.Errorf("--set %s: expected control=value", pair)
		}
		values[id] = value
	}
	return exhibit.NewState(e, values)
}

func (s *showing) find(id string) (*exhibit.Exhibit, error) {
	ids := make([]string, len(s.exhibits))
	for i, e := range s.exhibits {
		if e.ID == id {
			return e, nil
		}
		ids[i] = e.ID
	}
	if id == "" {
		return nil, fmt.Errorf("name an exhibit: one of %s", strings.Join(ids, ", "))
	}
	return nil, fmt.Errorf("there is no exhibit %q; there is %s", id, strings.Join(ids, ", "))
}

func findPreset(e *exhibit.Exhibit, name string) (exhibit.Preset, error) {
	names := make([]string, len(e.Presets))
	for i, p := range e.Presets {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		names[i] = fmt.Sprintf("%q", p.Name)
	}
	if len(names) == 0 {
		return exhibit.Preset{}, fmt.Errorf("%s has no presets", e.ID)
	}
	return exhibit.Preset{}, fmt.Errorf("%s has no preset %q; it has %s", e.ID, name, strings.Join(names, ", "))
}

// shown is what an exhibit has shown.
type shown struct {
	frames  []exhibit.Frame          // by index; without figures
	figures map[string]figure.Figure // of each panel the last one
	last    map[string]int           // the index of its frame
	at      int                      // later figures are passed over, unless negative
}

func (s *shown) take(f exhibit.Frame) {
	for id, fig := range f.Figures {
		if s.at >= 0 && f.Index > s.at {
			break
		}
		if last, ok := s.last[id]; !ok || f.Index >= last {
			s.figures[id], s.last[id] = fig, f.Index
		}
	}
	f.Figures = nil
	for len(s.frames) <= f.Index {
		s.frames = append(s.frames, exhibit.Frame{Index: -1})
	}
	s.frames[f.Index] = f
}

// show runs the exhibit. Where the device is lost it begins again on another one: the
// same state gives the same frames.
func (s *showing) show(ctx context.Context, exec *executor, state exhibit.State, stderr io.Writer) (*shown, error) {
	e := state.Exhibit()
	env := exhibit.NewEnv(folderHost{s.models, exec})
	defer env.Close()
	bar := newProgress(stderr, -1, s.quiet)
	defer bar.finish()
	for losses := 0; ; losses++ {
		all := &shown{figures: map[string]figure.Figure{}, last: map[string]int{}, at: s.at}
		var wrong error
		err := e.Run(ctx, env, state, func(f exhibit.Frame) {
			if err := f.Check(e); err != nil && wrong == nil {
				wrong = err
			}
			all.take(f)
			bar.of(f.Index+1, f.Total)
		})
		switch {
		case err == nil && wrong != nil:
			return nil, fmt.Errorf("exhibit %s: %w", e.ID, wrong)
		case err == nil:
			return all, all.complete(e)
		case losses == maxLosses || ctx.Err() != nil:
			return nil, err
		}
		if err := exec.renew(ctx, err); err != nil {
			return nil, err
		}
		env.Close() // its programs were the lost device's
	}
}

// complete says which frame is missing.
func (s *shown) complete(e *exhibit.Exhibit) error {
	for i, f := range s.frames {
		if f.Index != i {
			return fmt.Errorf("exhibit %s has not shown its frame %d", e.ID, i)
		}
	}
	if len(s.frames) == 0 {
		return fmt.Errorf("exhibit %s has shown nothing", e.ID)
	}
	return nil
}
