import Kernel

extension EntryCodec {
    /// The entry in a record that was found at `key`. Checks the CRC, the digest of the bodies, and that the record says the
    /// same place.
    public static func decode(_ record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) -> Entry {
        let head = try RecordHead(record, at: key)
        let entry = try entry(head, record, at: key)
        try checkDigest(head, record, at: key)
        return entry
    }

    /// The entry in a record that this process has written and not sealed yet.
    static func decode(unsealed record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) -> Entry {
        try entry(try RecordHead(unsealed: record, at: key), record, at: key)
    }

    private static func entry(_ fixed: RecordHead, _ record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) -> Entry {
        var reader = RecordReader(record, from: RecordLayout.fixedBytes, place: key)
        let aggregate = AggregateID(try reader.text(fixed.typeLength), try reader.text(fixed.keyLength))
        let cause = try cause(fixed, &reader)
        var receipt = fixed.flags.contains(.receipt) ? try receipt(fixed, &reader) : nil
        var events = try events(fixed, &reader)
        _ = try reader.take(SHA256.byteCount)
        guard reader.offset == fixed.headerLength else { throw reader.corrupt("its header is not as long as it says") }
        var bodies = RecordReader(record, from: fixed.headerLength, place: key)
        for index in events.bodies.indices { events.bodies[index].body = [UInt8](try bodies.take(events.lengths[index])) }
        receipt?.body = [UInt8](try bodies.take(fixed.answerLength))
        guard bodies.offset == fixed.headerLength + fixed.bodiesLength else {
            throw reader.corrupt("its bodies are not as long as it says")
        }
        return Entry(
            key: key, time: fixed.time, aggregate: aggregate, firstVersion: fixed.firstVersion, previous: fixed.previous,
            events: events.bodies, cause: cause, receipt: receipt)
    }

    private static func checkDigest(_ head: RecordHead, _ record: UnsafeRawBufferPointer, at key: LogKey) throws(LogFailure) {
        var hash = SHA256()
        hash.update(UnsafeRawBufferPointer(rebasing: record[head.headerLength..<head.headerLength + head.bodiesLength]))
        let isSame = withUnsafeTemporaryAllocation(byteCount: SHA256.byteCount, alignment: 8) { computed in
            if let base = computed.baseAddress { hash.finish(into: base) }
            return computed.elementsEqual(record[head.headerLength - SHA256.byteCount..<head.headerLength])
        }
        guard isSame else { throw .corrupt("entry \(key): its bodies are not those of its digest") }
    }

    private static func cause(_ fixed: RecordHead, _ reader: inout RecordReader) throws(LogFailure) -> Cause {
        let command = try reader.text(fixed.commandLength)
        let correlation = try reader.text(fixed.correlationLength, if: fixed.flags.contains(.correlation))
        let causation = try reader.text(fixed.causationLength, if: fixed.flags.contains(.causation))
        let actor = try reader.text(fixed.actorLength, if: fixed.flags.contains(.actor))
        var headers: [Cause.Header] = []
        for _ in 0..<fixed.headerCount {
            let nameLength = try reader.number(UInt16.self)
            let valueLength = try reader.number(UInt16.self)
            headers.append(Cause.Header(name: try reader.text(nameLength), value: try reader.text(valueLength)))
        }
        return Cause(
            command: command, correlation: correlation, causation: causation, actor: actor, attempt: fixed.attempt,
            epoch: fixed.epoch, headers: headers)
    }

    /// The receipt, but for its body.
    private static func receipt(_ fixed: RecordHead, _ reader: inout RecordReader) throws(LogFailure) -> Receipt {
        let content = [UInt8](try reader.take(RecordLayout.contentBytes))
        let version = try reader.number(UInt64.self)
        let position = try reader.number(UInt64.self)
        let code = try reader.text(fixed.codeLength, if: fixed.flags.contains(.code))
        let hasVersion = fixed.flags.contains(.version)
        let hasPosition = fixed.flags.contains(.position)
        guard hasVersion || version == 0, hasPosition || position == 0 else { throw reader.corrupt("it has a number it lacks") }
        return Receipt(
            content: content, code: code, version: hasVersion ? version : nil, position: hasPosition ? position : nil, body: [])
    }

    /// The events, but for their bodies, and how long these are.
    private static func events(_ fixed: RecordHead, _ reader: inout RecordReader) throws(LogFailure)
        -> (bodies: [StoredBody], lengths: [Int])
    {
        var bodies: [StoredBody] = []
        var lengths: [Int] = []
        // Not reserved by the count: that may be anything.
        for _ in 0..<fixed.eventCount {
            let nameLength = try reader.number(UInt16.self)
            let schema = try reader.number(UInt16.self)
            lengths.append(Int(try reader.number(UInt32.self)))
            bodies.append(StoredBody(name: try reader.text(nameLength), schema: schema, body: []))
        }
        return (bodies, lengths)
    }
}
