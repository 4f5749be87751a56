import Foundation
import Testing

@testable import SkaldCommandLine

/// Real sockets: why no connection came about.
@Suite struct KnockTests {
    /// Listens and says nothing, until it is let go; a socket in the file system stays behind.
    private final class Listener {
        let descriptor: Int32
        private(set) var port: UInt16 = 0

        init(path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try listen(&address)
        }

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try listen(&address)
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
            }
            port = UInt16(bigEndian: address.sin_port)
        }

        private func listen<Address>(_ address: inout Address) throws {
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
            try #require(bound == 0 && Glibc.listen(descriptor, 8) == 0)
        }

        func end() { close(descriptor) }
    }

    @Test func `a socket left behind is nobody, and one that is listened on is somebody`() throws {
        let path = NSTemporaryDirectory() + "knock-\(UUID().uuidString)"
        defer { unlink(path) }
        #expect(Knock(socket: path) == .refused)
        let listener = try Listener(path: path)
        #expect(Knock(socket: path) == .opened)
        #expect(Knock(try #require(Endpoint("ipc://\(path)"))) == .opened)
        listener.end()
        #expect(Files.isSocket(path) && Knock(socket: path) == .refused)
        #expect(Knock(socket: String(repeating: "x", count: 200)) == .refused)
    }

    @Test func `an address is open, closed or of no host`() throws {
        let listener = try Listener()
        let endpoint = try #require(Endpoint("tcp://127.0.0.1:\(listener.port)"))
        #expect(Knock(endpoint) == .opened)
        listener.end()
        #expect(Knock(endpoint) == .refused)
        #expect(Knock(try #require(Endpoint("tcp://[::1]:1"))) == .refused)
        #expect(Knock(try #require(Endpoint("tcp://no host:1"))) == .unknownHost("no host"))
    }

    @Test func `who listens and says nothing is not taken for nobody`() throws {
        let listener = try Listener()
        defer { listener.end() }
        let endpoint = try #require(Endpoint("tcp://127.0.0.1:\(listener.port)"))
        #expect(throws: RequestFailure.mute) { try ClientRequests(endpoint: endpoint, timeout: 200) }
    }
}
