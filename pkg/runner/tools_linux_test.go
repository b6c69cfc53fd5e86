package runner

import (
	"os/exec"
	"strings"
	"testing"
)

// What the walls keep away must not be what ordinary toolchains need: threads, processes, loopback, shared memory, their own
// files. Each is tried where it is installed.
func TestToolchainsWorkInside(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"T.java": `public class T {
	public static void main(String[] a) throws Exception {
		Thread x = new Thread(() -> System.out.println("java"));
		x.start();
		x.join();
	}
}
`,
		"m.rs": "fn main() { std::thread::spawn(|| println!(\"rust\")).join().unwrap(); }\n",
		"c.c":  "#include <pthread.h>\n#include <stdio.h>\nstatic void *f(void *a) { puts(\"c\"); return a; }\nint main() { pthread_t t; pthread_create(&t, 0, f, 0); return pthread_join(t, 0); }\n",
		"t.py": "import multiprocessing, subprocess\nfrom multiprocessing import shared_memory\n\ndef f(x):\n    return 2 * x\n\nif __name__ == '__main__':\n    m = shared_memory.SharedMemory(create=True, size=9)\n    m.close()\n    m.unlink()\n    print('python', multiprocessing.Pool(2).map(f, [1, 2]), subprocess.check_output(['echo', 'x']))\n",
		"t.js": "const http = require('http');\nnew (require('worker_threads').Worker)('', {eval: true});\nconst s = http.createServer((q, r) => r.end('node')).listen(0, () => http.get({port: s.address().port}, r => { r.on('data', d => console.log('' + d)); r.on('end', () => process.exit()); }));\n",
	}
	b := open(t, options(t, one(files)))
	need(t, b, allWalls()...)
	for program, c := range map[string]struct{ command, want string }{
		"java":    {"java T.java", "java"},
		"javac":   {"javac T.java && java T", "java"},
		"mvn":     {"mvn -v", "Apache Maven"},
		"rustc":   {"rustc m.rs && ./m", "rust"},
		"cargo":   {"cargo --version", "cargo"},
		"gcc":     {"gcc c.c -o c -pthread && ./c", "c"},
		"python3": {"python3 t.py", "python [2, 4] b'x\\n'"},
		"node":    {"node t.js", "node"},
		"perl":    {"perl -MSocket -e 'print \"perl\"'", "perl"},
		"git":     {"git init -q x && cd x && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --format=%s", "x"},
	} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("%s is not installed", program)
			continue
		}
		e, err := b.Run(t.Context(), c.command)
		if err != nil || e.Exit != 0 || !strings.Contains(e.Output, c.want) {
			t.Errorf("%s: %v exit %d %s\n%s", program, err, e.Exit, e.Signal, e.Output)
		}
	}
}
