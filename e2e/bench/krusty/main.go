// Command krusty builds kustomizations with kustomize's own library, in one process.
//
//	krusty batch          reads folders from stdin, one a line; prints {"out","err"} as one line of JSON for each
//	krusty bench ROUNDS   reads folders; builds all of them twice to warm up and then ROUNDS times; prints one line of JSON
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	log.SetOutput(io.Discard)
	// One thread of Go code, as the engine beside it has; the collector still uses its own.
	if len(os.Args) > 1 && os.Args[1] == "bench" {
		runtime.GOMAXPROCS(1)
		rounds, err := strconv.Atoi(os.Args[2])
		if err != nil {
			fatal(err)
		}
		bench(folders(), rounds)
		return
	}
	batch()
}

func batch() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for scanner := lines(); scanner.Scan(); {
		text, err := guarded(scanner.Text())
		answer := map[string]string{"out": text, "err": ""}
		if err != nil {
			answer["err"] = err.Error()
		}
		if err := out.Encode(answer); err != nil {
			fatal(err)
		}
	}
}

func bench(all []string, rounds int) {
	runOnce(all)
	runOnce(all)
	perFolder := make([][]float64, len(all))
	totals := []float64{}
	for range rounds {
		times := runOnce(all)
		total := 0.0
		for i, ms := range times {
			perFolder[i] = append(perFolder[i], ms)
			total += ms
		}
		totals = append(totals, total)
	}
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"totalsMs": totals, "perFolderMs": perFolder, "peakMiB": float64(usage.Maxrss) / 1024,
	})
}

func runOnce(all []string) []float64 {
	times := make([]float64, len(all))
	for i, folder := range all {
		start := time.Now()
		_, _ = guarded(folder)
		times[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	return times
}

// guarded turns a panic of the library into an error: it has some.
func guarded(folder string) (text string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v at %s", cause, firstFrame())
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified // as the program has it
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return "", err
	}
	bytes, err := resources.AsYaml()
	return string(bytes), err
}

func firstFrame() string {
	stack := debug.Stack()
	if len(stack) > 300 {
		stack = stack[:300]
	}
	return string(stack)
}

func folders() []string {
	all := []string{}
	for scanner := lines(); scanner.Scan(); {
		all = append(all, scanner.Text())
	}
	return all
}

func lines() *bufio.Scanner {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 1<<20)
	return scanner
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
