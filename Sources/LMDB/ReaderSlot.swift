import CLMDB

/// A slot of the reader table: who reads, and since which commit.
public struct ReaderSlot: Sendable, Equatable {
    public var process: Int32
    /// The transaction whose pages it pins; nil when it rests between two reads.
    public var transaction: UInt64?
}

extension Environment {
    /// The readers of all processes that have this environment open.
    public func readers() throws(LMDBError) -> [ReaderSlot] {
        let lines = ReaderLines()
        let context = Unmanaged.passUnretained(lines).toOpaque()
        let result = mdb_reader_list(
            handle,
            { text, context in
                guard let text, let context else { return 0 }
                Unmanaged<ReaderLines>.fromOpaque(context).takeUnretainedValue().text += String(cString: text)
                return 0
            }, context)
        guard result >= 0 else { throw LMDBError(code: result) }
        return lines.slots
    }
}

/// What `mdb_reader_list` prints: a heading, then a line a slot with process, thread and transaction (`-` for none).
private final class ReaderLines {
    var text = ""

    var slots: [ReaderSlot] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let process = Int32(words[0]) else { return nil }
            return ReaderSlot(process: process, transaction: UInt64(words[2]))
        }
    }
}
