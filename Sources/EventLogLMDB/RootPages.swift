import Glibc

/// LMDB's two root pages, looked at before LMDB trusts them: it has no checksum over them, and takes the one with the higher
/// transaction number. A changed bit in that number would make it open the state of one commit ago, whole and wrong.
///
/// Each commit writes the page its number says, so the two numbers follow each other:
///
///     page 0: even    page 1: odd    |page 0 − page 1| = 1, or both 0 in a new file
enum RootPages {
    /// Where `struct MDB_meta` has the number, and where the size of a page, both behind the page's header.
    private static let numberOffset = 144
    private static let pageBytesOffset = 40
    /// A writer may be replacing one of them just now.
    private static let tries = 3

    /// What is wrong with the file's roots; nil when they follow each other. A file too short to have them is left to LMDB.
    static func problem(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        for _ in 0..<tries where areGood(descriptor) { return nil }
        return "\(path): its root pages do not follow each other: restore a backup"
    }

    private static func areGood(_ descriptor: Int32) -> Bool {
        guard let pageBytes = read(UInt32.self, descriptor, at: pageBytesOffset),
            let even = read(UInt64.self, descriptor, at: numberOffset),
            let odd = read(UInt64.self, descriptor, at: Int(pageBytes) + numberOffset)
        else { return true }
        if even == 0 && odd == 0 { return true }
        return even % 2 == 0 && odd % 2 == 1 && (even &+ 1 == odd || odd &+ 1 == even)
    }

    private static func read<Number: FixedWidthInteger>(_: Number.Type, _ descriptor: Int32, at offset: Int) -> Number? {
        var number = Number.zero
        let count = withUnsafeMutableBytes(of: &number) { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        return count == MemoryLayout<Number>.size ? number : nil
    }
}
