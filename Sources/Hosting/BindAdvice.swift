import Glibc
import Server

/// Why an address cannot be listened on, and what to do: libzmq only has a number for it.
struct BindAdvice {
    let failure: BindFailure

    var text: String { "cannot listen on \(failure.endpoint): \(why)" }

    private var why: String {
        if let (host, port) = Endpoints.address(failure.endpoint) { return tcp(host, port) ?? other }
        return Endpoints.path(failure.endpoint).flatMap(ipc) ?? other
    }

    private func tcp(_ host: String, _ port: String) -> String? {
        switch failure.code {
        case EADDRINUSE:
            "the address is in use; `ss -ltnp 'sport = :\(port)'` names the process: stop it, or give another address with --bind"
        case ENODEV:
            "'\(host)' is no numeric address, and no interface here has that name\(Self.interfaces); use tcp://127.0.0.1:\(port)"
        case EADDRNOTAVAIL: "this machine does not have the address \(host); `ip -brief address` lists those it has"
        case EACCES: "this user may not listen on port \(port); take one above 1023 with --bind"
        default: nil
        }
    }

    private func ipc(_ path: String) -> String? {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return switch failure.code {
        case ENOENT where access(directory, F_OK) != 0:
            "there is no directory \(directory); make it, or give another path with --bind"
        case ENOTDIR: "\(directory) is no directory; give another path with --bind"
        case EROFS: "\(directory) is read-only here; under systemd name it in ReadWritePaths, or give another path with --bind"
        case ENOENT, EACCES, EPERM: "no file can be made in \(directory) by this user; give another path with --bind"
        default: nil
        }
    }

    private var other: String { "\(failure.why); give another address with --bind" }

    /// Those there are; empty where a sandbox does not tell.
    private static var interfaces: String {
        guard let list = if_nameindex() else { return "" }
        defer { if_freenameindex(list) }
        var names: [String] = []
        var next = list
        while next.pointee.if_index != 0, let name = next.pointee.if_name {
            names.append(String(cString: name))
            next += 1
        }
        return " (there is \(names.joined(separator: ", ")))"
    }
}
