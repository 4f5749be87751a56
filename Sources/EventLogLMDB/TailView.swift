import EventLog
import LMDB

/// The tail as one view sees it: from the first place its tables may lack to its head.
struct TailView {
    let segments: [TailSegment]
    let mark: LogKey
    private let head: LogHead
    /// The places it may find in the tail; nil when there are none.
    var view: Range<LogKey>? { mark < head.next ? mark..<head.next : nil }

    init(_ segments: [TailSegment], mark: LogKey, head: LogHead) {
        self.segments = segments
        self.mark = mark
        self.head = head
    }

    /// A stream's entries behind the mark, oldest first.
    func hits(_ stream: Bytes) -> [StreamHit] {
        guard mark < head.next else { return [] }
        return segments.flatMap { $0.hits(stream) }.filter { (mark.position..<head.next.position).contains($0.position) }
    }

    func receipt(_ id: Bytes) -> LogKey? {
        guard mark < head.next else { return nil }
        for segment in segments.reversed() {
            if let key = segment.receipt(id), key >= mark, key < head.next { return key }
        }
        return nil
    }

    /// Names of streams that begin with `prefix` and are behind `name`, in byte order, each once.
    func streams(_ prefix: [UInt8], behind name: RowKey?) -> [RowKey] {
        guard mark < head.next else { return [] }
        let names = segments.flatMap { $0.streams(prefix, before: head.next.position) }.filter { key in
            name.map { $0 < key } ?? true
        }
        return Set(names).sorted()
    }
}
