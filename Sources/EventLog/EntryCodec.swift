import Kernel

/// Entries to the bytes of their records and back. `decode` is total: bytes that are not exactly what `encode` wrote are
/// a thrown `.corrupt`, whatever they are.
public enum EntryCodec {
    /// Bytes of the record of `entry`. Stops the process when the entry is beyond `RecordLimits`: those who stage entries check
    /// what comes from outside long before.
    public static func size(_ entry: Entry) -> Int {
        let size = headerSize(entry) + bodiesSize(entry) + RecordLayout.checksumBytes
        precondition(size <= RecordLimits.recordBytes, "An entry is larger than a record may be")
        return size
    }

    public static func encode(_ entry: Entry) -> [UInt8] {
        let size = size(entry)
        return [UInt8](upTo: size) { record in
            write(entry, into: record)
            seal(record)
            return size
        }
    }

    /// Fills a buffer of exactly `size(entry)` bytes but for what `seal` adds.
    static func write(_ entry: Entry, into buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress else { return }
        var writer = RecordWriter(at: start)
        writeFixed(entry, headerLength: headerSize(entry), bodiesLength: bodiesSize(entry), &writer)
        writeTexts(entry, &writer)
        if let receipt = entry.receipt { writeReceipt(receipt, &writer) }
        for event in entry.events {
            writer.length(event.name)
            writer.number(event.schema)
            writer.number(UInt32(event.body.count))
            writer.text(event.name)
        }
        writer.at += SHA256.byteCount
        for event in entry.events { writer.bytes(event.body) }
        if let receipt = entry.receipt { writer.bytes(receipt.body) }
        precondition(
            writer.at - start + RecordLayout.checksumBytes == buffer.count, "A record's size was not what was counted")
    }

    /// Adds the digest of the bodies and the CRC to a record that `write` has filled.
    public static func seal(_ record: UnsafeMutableRawBufferPointer) {
        guard let start = record.baseAddress else { return }
        let bodiesAt = Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: RecordLayout.headerLengthAt, as: UInt32.self)))
        let end = record.count - RecordLayout.checksumBytes
        var hash = SHA256()
        hash.update(UnsafeRawBufferPointer(rebasing: record[bodiesAt..<end]))
        hash.finish(into: start + bodiesAt - SHA256.byteCount)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: record[..<end]))
        record.storeBytes(of: checksum.littleEndian, toByteOffset: end, as: UInt32.self)
    }

    private static func headerSize(_ entry: Entry) -> Int {
        let cause = entry.cause
        var size = RecordLayout.fixedBytes + SHA256.byteCount + entry.aggregate.type.utf8.count + entry.aggregate.key.utf8.count
        size += cause.command.utf8.count + count(cause.correlation) + count(cause.causation) + count(cause.actor)
        for header in cause.headers { size += RecordLayout.headerPrefix + header.name.utf8.count + header.value.utf8.count }
        if let receipt = entry.receipt { size += RecordLayout.receiptBytes + count(receipt.code) }
        for event in entry.events { size += RecordLayout.eventPrefix + event.name.utf8.count }
        return size
    }

    private static func bodiesSize(_ entry: Entry) -> Int {
        entry.events.reduce(entry.receipt?.body.count ?? 0) { $0 + $1.body.count }
    }

    @inline(__always)
    private static func count(_ text: String?) -> Int { text?.utf8.count ?? 0 }

    private static func writeFixed(_ entry: Entry, headerLength: Int, bodiesLength: Int, _ writer: inout RecordWriter) {
        let cause = entry.cause
        writer.number(RecordLayout.format)
        writer.number(UInt8(0))
        writer.number(RecordLayout.entryKind)
        writer.number(flags(entry).rawValue)
        writer.number(UInt32(headerLength))
        writer.number(UInt32(bodiesLength))
        writer.number(entry.key.ordinal)
        writer.number(entry.key.position)
        writer.number(entry.previous)
        writer.number(entry.firstVersion)
        writer.number(entry.time.milliseconds)
        writer.number(cause.attempt)
        writer.number(cause.epoch)
        writer.number(UInt32(entry.events.count))
        precondition(cause.headers.count <= RecordLimits.headers, "An entry has more headers than a record can hold")
        writer.number(UInt16(cause.headers.count))
        writer.length(entry.aggregate.type)
        writer.length(entry.aggregate.key)
        writer.length(cause.command)
        writer.length(cause.correlation ?? "")
        writer.length(cause.causation ?? "")
        writer.length(cause.actor ?? "")
        writer.length(entry.receipt?.code ?? "")
        writer.number(UInt32(entry.receipt?.body.count ?? 0))
    }

    private static func flags(_ entry: Entry) -> RecordLayout.Flags {
        var flags: RecordLayout.Flags = []
        if entry.cause.correlation != nil { flags.insert(.correlation) }
        if entry.cause.causation != nil { flags.insert(.causation) }
        if entry.cause.actor != nil { flags.insert(.actor) }
        guard let receipt = entry.receipt else { return flags }
        flags.insert(.receipt)
        if receipt.code != nil { flags.insert(.code) }
        if receipt.version != nil { flags.insert(.version) }
        if receipt.position != nil { flags.insert(.position) }
        return flags
    }

    private static func writeTexts(_ entry: Entry, _ writer: inout RecordWriter) {
        writer.text(entry.aggregate.type)
        writer.text(entry.aggregate.key)
        writer.text(entry.cause.command)
        if let correlation = entry.cause.correlation { writer.text(correlation) }
        if let causation = entry.cause.causation { writer.text(causation) }
        if let actor = entry.cause.actor { writer.text(actor) }
        for header in entry.cause.headers {
            writer.length(header.name)
            writer.length(header.value)
            writer.text(header.name)
            writer.text(header.value)
        }
    }

    private static func writeReceipt(_ receipt: Receipt, _ writer: inout RecordWriter) {
        precondition(receipt.content.count == RecordLayout.contentBytes, "A receipt's content hash has 16 bytes")
        writer.bytes(receipt.content)
        writer.number(receipt.version ?? 0)
        writer.number(receipt.position ?? 0)
        if let code = receipt.code { writer.text(code) }
    }
}
