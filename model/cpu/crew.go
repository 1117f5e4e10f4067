package cpu

import (
	"runtime"
	"sync/atomic"
)

// crew is the goroutines that share the work of each operation.
//
// A run has some hundreds of operations of well under a millisecond, and waking a
// goroutine for each costs as much as it saves. So the helpers are called once for
// a run, look for work without sleeping while it goes on, and are then sent home.
type crew struct {
	size  int // goroutines, the caller's own among them
	shift *shift
}

func newCrew() *crew { return &crew{size: runtime.GOMAXPROCS(0)} }

// shift is the helpers of one run.
type shift struct {
	job  atomic.Pointer[job]
	over atomic.Bool
}

// job is the tasks of one operation.
type job struct {
	tasks    int
	work     func(worker, task int)
	next     atomic.Int64 // first task that nobody has taken
	finished atomic.Int64
}

// start calls the helpers. Between start and stop, each may be called.
func (c *crew) start() (stop func()) {
	s := &shift{}
	c.shift = s
	for worker := 1; worker < c.size; worker++ {
		go s.serve(worker)
	}
	return func() { s.over.Store(true) }
}

// serve takes part in every job until the shift is over.
func (s *shift) serve(worker int) {
	var last *job
	for spins := 1; !s.over.Load(); spins++ {
		if j := s.job.Load(); j != last {
			last = j
			j.do(worker)
			spins = 0
		}
		yield(spins)
	}
}

// yield lets other goroutines run now and then while one waits.
func yield(spins int) {
	if spins%1024 == 0 {
		runtime.Gosched()
	}
}

// do takes tasks until none is left.
func (j *job) do(worker int) {
	for {
		task := int(j.next.Add(1)) - 1
		if task >= j.tasks {
			return
		}
		j.work(worker, task)
		j.finished.Add(1)
	}
}

// each calls work once for every task 0 … tasks−1 and returns when all are done.
// worker is 0 … size−1, and calls with the same worker do not overlap, so that it
// can pick scratch memory. Tasks must write to different places.
func (c *crew) each(tasks int, work func(worker, task int)) {
	if c.size == 1 || tasks < 2 {
		for task := range tasks {
			work(0, task)
		}
		return
	}
	j := &job{tasks: tasks, work: work}
	c.shift.job.Store(j)
	j.do(0)
	for spins := 1; int(j.finished.Load()) < tasks; spins++ {
		yield(spins)
	}
}

// share splits n elements of cheap work into spans and calls work for each. It is
// for operations that treat every element alone.
func (c *crew) share(n int, work func(from, to int)) {
	const span = 1 << 13 // some microseconds
	c.each((n+span-1)/span, func(_, task int) {
		work(task*span, min(n, (task+1)*span))
	})
}
