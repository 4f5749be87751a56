import Glibc

/// The few calls to the operating system that a store's files need; each names its path when it fails.
enum FileSystem {
    static func failure(_ what: String, _ path: String, _ code: Int32 = errno) -> StoreFailure {
        .system("cannot \(what) \(path): \(String(cString: strerror(code)))")
    }

    /// Bytes of a file, or nil when there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Makes a directory and those above it that are missing, each made durable in the one above.
    static func makeDirectory(_ path: String) throws(StoreFailure) {
        if size(path) != nil { return }
        let parent = directory(of: path)
        if parent != path { try makeDirectory(parent) }
        if mkdir(path, 0o700) == 0 {
            // Whatever the umask, which another thread may have set for a moment.
            chmod(path, 0o700)
        } else if errno != EEXIST {
            throw failure("create", path)
        }
        try sync(parent)
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        let parent = path[..<slash]
        return parent.isEmpty ? "/" : String(parent)
    }

    /// Makes a file's bytes, or a directory's entries, durable.
    static func sync(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
    }

    /// Names in a directory but for `.` and `..`, sorted.
    static func names(in path: String) throws(StoreFailure) -> [String] {
        guard let directory = opendir(path) else { throw failure("list", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The whole of a small file, or nil when there is none.
    static func read(_ path: String, limit: Int) throws(StoreFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, limit - count) }
            guard got >= 0 else { throw failure("read", path) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }

    /// Puts a small file in place, whole and durable or not at all.
    static func replace(_ path: String, with bytes: [UInt8]) throws(StoreFailure) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", draft) }
        defer { close(descriptor) }
        try write(bytes[...], to: descriptor, draft)
        guard fsync(descriptor) == 0 else { throw failure("sync", draft) }
        guard rename(draft, path) == 0 else { throw failure("put in place", path) }
        try sync(directory(of: path))
    }

    /// Copies a file to a new one and makes it durable.
    static func copy(_ source: String, to target: String) throws(StoreFailure) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure("open", source) }
        defer { close(input) }
        try make(target) { output throws(StoreFailure) in
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let got = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
                guard got >= 0 else { throw failure("read", source) }
                if got == 0 { return }
                try write(buffer[..<got], to: output, target)
            }
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ path: String) throws(StoreFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let put = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard put > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(put)
        }
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) { unlink(path) }

    /// Makes a file that owns its blocks; false, and no file, when there is no room.
    static func allocate(_ path: String, bytes: Int) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, bytes) == 0 else {
            unlink(path)
            return false
        }
        return true
    }

    /// Gives a file a length; what is new of it reads as zeros. False when it cannot be.
    static func extend(_ path: String, to bytes: Int) -> Bool { truncate(path, off_t(bytes)) == 0 }

    /// Opens a new file for its owner alone, lends it to be filled, and makes it durable.
    static func make<Result>(_ path: String, _ body: (Int32) throws(StoreFailure) -> Result) throws(StoreFailure) -> Result {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", path) }
        defer { close(descriptor) }
        let result = try body(descriptor)
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
        try sync(directory(of: path))
        return result
    }

    /// Moves a file within a file system, durably.
    static func move(_ source: String, to target: String) throws(StoreFailure) {
        guard rename(source, target) == 0 else { throw failure("put in place", target) }
        try sync(directory(of: target))
    }

    /// Removes an empty directory; one that is not there is no error.
    static func removeDirectory(_ path: String) { rmdir(path) }

    /// Whether so many bytes can be written beside what is there; leaves nothing behind.
    static func hasRoom(_ path: String, bytes: Int) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer {
            close(descriptor)
            unlink(path)
        }
        // pwrite, as LMDB does, and not fallocate: a quota or an overlay may treat them differently.
        let block = [UInt8](repeating: 0xA5, count: 1 << 16)
        return stride(from: 0, to: bytes, by: block.count).allSatisfy { offset in
            block.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) } == block.count
        }
    }

    /// Bytes an unprivileged process may still write on the disk of `path`; nil when the disk does not tell.
    static func free(_ path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Milliseconds of the clock that never goes back.
    static func uptime() -> Int64 { milliseconds(CLOCK_MONOTONIC) }

    /// Milliseconds since 1970.
    static func now() -> Int64 { milliseconds(CLOCK_REALTIME) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // why: only a new store's name and the pace of looking at free space hang on it; an entry's time comes with the entry.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
