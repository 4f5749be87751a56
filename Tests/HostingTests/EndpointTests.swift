import Glibc
import Server
import Testing

@testable import Hosting

/// Addresses that a server cannot listen on, and what its operator is told.
@Suite struct EndpointTests {
    private func refusal(_ endpoint: String, insecure: Bool = false) -> ServeFailure? {
        do throws(ServeFailure) {
            try Endpoints.check(ServeOptions(endpoints: [endpoint], isInsecure: insecure))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            ("tcp://localhost:7117", "a server listens on a numeric address, not on a name; use tcp://127.0.0.1:7117"),
            ("tcp://[::1]:7118", "a server listens on IPv4 alone; use tcp://127.0.0.1:7118"),
            ("tcp://::1:7118", "a server listens on IPv4 alone; use tcp://127.0.0.1:7118"),
        ])
    func `what can never be listened on is refused with what to type, trusted network or not`(endpoint: String, what: String) {
        for insecure in [false, true] {
            #expect(refusal(endpoint, insecure: insecure)?.description == "\(endpoint): \(what)")
            #expect(refusal(endpoint, insecure: insecure)?.status == 78)
        }
    }

    @Test(arguments: ["tcp://*:7117", "tcp://10.0.0.1:7117", "tcp://eth0:7117", "tcp://127.0.0.1.example.org:7117"])
    func `what other machines may reach needs a word for it`(endpoint: String) {
        #expect(refusal(endpoint)?.description.contains("can be reached from other machines") == true)
        #expect(refusal(endpoint)?.description.contains("; use tcp://127.0.0.1:7117, or add --insecure") == true)
        #expect(refusal(endpoint, insecure: true) == nil)
    }

    @Test func `an address that is given twice is refused`() {
        let options = ServeOptions(endpoints: ["tcp://127.0.0.1:1", "ipc:///run/x", "ipc:///run/x"])
        do throws(ServeFailure) {
            try Endpoints.check(options)
            Issue.record("it was taken")
        } catch {
            #expect(error.status == 78 && error.description == "ipc:///run/x is given twice with --bind; once is enough")
        }
    }

    @Test func `a socket that cannot be asked whether anybody listens is left alone, and the answer is told`() throws {
        let path = "/tmp/skald-\(getpid())-datagram.sock"
        unlink(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        do throws(ServeFailure) {
            try Endpoints.checkFile("ipc://\(path)")
            Issue.record("it was taken")
        } catch {
            #expect(
                error.status == 69 && error.description.contains("whether anybody listens cannot be asked (Protocol wrong type"))
            #expect(error.description.contains("if nobody does, remove it, or give another path with --bind"))
        }
    }

    @Test(arguments: ["udp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://:1", "tcp://127.0.0.1:70000", "7117", ""])
    func `what is no endpoint is refused`(endpoint: String) {
        #expect(refusal(endpoint)?.description == "'\(endpoint)' is no endpoint; use ipc://PATH or tcp://ADDRESS:PORT")
    }

    @Test(arguments: ["tcp://127.0.0.1:7117", "tcp://127.0.0.1:*", "tcp://127.9.9.9:0", "ipc:///run/s.sock", "ipc://@skald"])
    func `loopback and files are accepted`(endpoint: String) { #expect(refusal(endpoint) == nil) }

    @Test func `a file that is no socket is never deleted for one`() throws {
        let path = "/tmp/skald-bind-\(getpid())"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        let failure = #expect(throws: ServeFailure.self) { try Endpoints.checkFile("ipc://\(path)") }
        #expect(failure?.status == 78)
        #expect(failure?.description == "ipc://\(path): \(path) is there and is no socket; give another path with --bind")
        #expect(access(path, F_OK) == 0)
        try Endpoints.checkFile("ipc://\(path).missing")
        try Endpoints.checkFile("tcp://127.0.0.1:1")
    }

    @Test func `a socket that somebody listens behind is not taken away, one left behind is`() throws {
        let path = "/tmp/skald-live-\(getpid())"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { unlink(path) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 1) == 0)
        let failure = #expect(throws: ServeFailure.self) { try Endpoints.checkFile("ipc://\(path)") }
        #expect(failure?.status == 69 && failure?.description.contains("a process listens there; stop it") == true)
        close(descriptor)
        try Endpoints.checkFile("ipc://\(path)")
    }

    @Test(
        arguments: [
            ("tcp://127.0.0.1:7117", EADDRINUSE, "the address is in use; `ss -ltnp 'sport = :7117'` names the process"),
            ("tcp://eth9:7117", ENODEV, "'eth9' is no numeric address, and no interface here has that name"),
            ("tcp://10.9.8.7:1", EADDRNOTAVAIL, "this machine does not have the address 10.9.8.7; `ip -brief address` lists"),
            ("tcp://127.0.0.1:80", EACCES, "this user may not listen on port 80; take one above 1023 with --bind"),
            ("tcp://127.0.0.1:80", EIO, "the text; give another address with --bind"),
            ("ipc:///nowhere/at/all/s", ENOENT, "there is no directory /nowhere/at/all; make it, or give another path"),
            ("ipc:///tmp/s", ENOENT, "no file can be made in /tmp by this user"),
            ("ipc:///s", EACCES, "no file can be made in / by this user"),
            ("ipc://s", EROFS, ". is read-only here; under systemd name it in ReadWritePaths"),
            ("ipc://s", EPERM, "no file can be made in . by this user"),
            ("ipc:///dev/null/s", ENOTDIR, "/dev/null is no directory"),
            ("ipc://@s", EADDRINUSE, "the text; give another address with --bind"),
        ] as [(String, Int32, String)])
    func `what libzmq has a number for is told in words`(endpoint: String, code: Int32, what: String) {
        let advice = BindAdvice(failure: BindFailure(endpoint: endpoint, why: "the text", code: code))
        #expect(advice.text.hasPrefix("cannot listen on \(endpoint): \(what)"))
    }
}
