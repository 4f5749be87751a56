import Glibc
import Testing

@testable import SkaldCommandLine

@Suite struct SystemTests {
    @Test func `a child's exit code and its death by a signal are told apart`() throws {
        #expect(try Child.run(["-c", "exit 74"], name: "sh", executable: "/bin/sh") == .exited(74))
        #expect(try Child.run(["-c", "kill -BUS $$"], name: "sh", executable: "/bin/sh") == .killed(signal: SIGBUS))
        #expect(throws: Failure.self) { try Child.run([], name: "none", executable: "/nonexistent") }
    }

    @Test func `files are read whole up to their bound`() throws {
        let path = "/tmp/skald-cli-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        #expect(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        #expect(Files.write(String(repeating: "x", count: 200_000), to: descriptor) == nil)
        #expect(try Files.read(path).count == 200_000)
        ftruncate(descriptor, off_t(Limits.inputBytes) + 1)
        let error = #expect(throws: Failure.self) { try Files.read(path) }
        #expect(error?.what == "\(path) holds more than 4 MiB")
        #expect(!Files.isSocket(path))
    }

    @Test func `a missing file is an error of input`() {
        let error = #expect(throws: Failure.self) { try Files.read("/nonexistent/x") }
        #expect(error?.status == .io)
        #expect(error?.what == "cannot read /nonexistent/x: No such file or directory")
    }
}
