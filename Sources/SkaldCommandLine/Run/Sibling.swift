import Glibc

/// A program that is installed beside this one.
enum Sibling {
    static let httpWorker = "skald-http-worker"

    /// Becomes it, under the same process id, so that signals reach it. Returns only by throwing.
    static func become(_ name: String, _ arguments: [String]) throws(Failure) -> ProcessStatus {
        var pointers: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        if let folder { execv(folder + name, &pointers) }
        if folder == nil || errno == ENOENT { execvp(name, &pointers) }
        let why = String(cString: strerror(errno))
        throw .io(
            "cannot start \(name): \(why)",
            next: "put it beside this program or on PATH; `swift build -c release --product \(name)` makes it")
    }

    /// Where this program is, with a slash behind it.
    private static var folder: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[...$0]) }
    }
}
