package cpu

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// crew is the number of goroutines that share the work of an operation.
type crew int

func newCrew() crew { return crew(runtime.GOMAXPROCS(0)) }

// each calls work once for every task 0 … tasks−1 and returns when all are done.
// worker is 0 … crew−1, and calls with the same worker do not overlap, so that it
// can pick scratch memory. Tasks must write to different places.
func (c crew) each(tasks int, work func(worker, task int)) {
	workers := min(int(c), tasks)
	if workers <= 1 {
		for task := range tasks {
			work(0, task)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for worker := range workers {
		done.Go(func() {
			for {
				task := int(next.Add(1)) - 1
				if task >= tasks {
					return
				}
				work(worker, task)
			}
		})
	}
	done.Wait()
}

// share splits n elements of cheap work into spans and calls work for each. It is
// for operations that treat every element alone.
func (c crew) share(n int, work func(from, to int)) {
	const span = 1 << 14 // large enough that handing it out costs nothing
	c.each((n+span-1)/span, func(_, task int) {
		work(task*span, min(n, (task+1)*span))
	})
}
