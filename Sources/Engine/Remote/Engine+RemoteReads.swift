import EventLog
import Kernel
import Wire

/// `aggregate.get` of what workers fold: answered when they have.
extension Engine {
    static func isRead(_ request: OperationRequest) -> Bool { request.operation == "aggregate.get" }

    /// nil when it is answered later.
    func readRemote(_ request: OperationRequest, tag: Int, _ batch: Batch) throws -> Answer? {
        let arguments = try Arguments(request)
        let id = AggregateID(try arguments.string("aggregate"), try arguments.string("key"))
        guard isRemote(id.type) else { throw Fault(.unknownAggregate, "'\(id.type)' is no aggregate type of workers") }
        let bound = try Queries.bound(arguments)
        guard let head = try batch.reader.stream(id) else { throw Fault(.notFound, "\(id) has no events") }
        if case .version(let version) = bound, version > head.version {
            throw Queries.later(than: head.version, id, version)
        }
        let until = bound ?? .version(head.version)
        if case .version(let version) = until, let known = remote.cache[id]?.states.first(where: { $0.head.version == version }) {
            return .answer(Self.view(id, known))
        }
        let start = RemoteState.initial(1)
        guard try FoldChunk.hasEvents(id, behind: start.head, until, batch.reader) else { return .answer(Self.view(id, start)) }
        try wait(for: id, until, isNow: bound == nil, try Self.patience(request.headers), tag)
        return nil
    }

    private func wait(for id: AggregateID, _ bound: Hydration.Bound, isNow: Bool, _ patience: Int64, _ tag: Int) throws(Fault) {
        guard remote.readings.count < EngineLimits.remoteReads else {
            throw Fault(
                .busy, "too many reads wait for workers; send it again later", ["retry_after_ms": .int(EngineLimits.retryAfter)])
        }
        let number = remote.number()
        let waiter = remote.wait(RemoteWaiter(tag: tag, subject: .reading(number), patience: patience))
        remote.readings[number] = RemoteReading(aggregate: id, bound: bound, isNow: isNow, waiter: waiter)
        remote.lineUp(reading: number)
    }

    /// Gives the next part to a worker.
    func read(_ number: Int, _ line: QueueLane, _ batch: Batch) {
        guard var reading = remote.readings[number], let peer = pool.reserve(line.duty, lane: line.lane, at: batch.now) else {
            return remote.lineUp(reading: number)
        }
        do {
            let schema = pool.schema(peer) ?? 1
            if reading.isNow, reading.folded.isEmpty {
                reading.keep(try base(of: reading.aggregate, schema, batch))
                remote.readings[number] = reading
            }
            let base = reading.state(schema)
            let chunk = try FoldChunk(reading.aggregate, behind: base.head, reading.bound, batch.reader)
            guard let end = chunk.end else {
                pool.cancelReservation(peer, line.duty, lane: line.lane)
                return answer(reading: number, base, batch)
            }
            let flight = RemoteFlight(job: .reading(number), schema: schema, end: end)
            fold(reading.aggregate, base, chunk, flight, peer, line, batch)
        } catch {
            pool.cancelReservation(peer, line.duty, lane: line.lane)
            fail(reading: number, "it cannot be read: \(error)", batch)
        }
    }

    /// A part is folded, or put off: answered when it was the last.
    func goOn(reading number: Int, _ schema: Int, _ batch: Batch) {
        guard let reading = remote.readings[number] else { return }
        let state = reading.state(schema)
        do {
            guard try FoldChunk.hasEvents(reading.aggregate, behind: state.head, reading.bound, batch.reader) else {
                return answer(reading: number, state, batch)
            }
            remote.lineUp(reading: number)
        } catch {
            fail(reading: number, "it cannot be read: \(error)", batch)
        }
    }

    /// What was staged in this batch may be in it.
    private func answer(reading number: Int, _ state: RemoteState, _ batch: Batch) {
        guard let reading = remote.readings[number] else { return }
        tell(reading: number, .answer(Self.view(reading.aggregate, state)), isStaged: true, batch)
    }

    func fail(reading number: Int, _ why: String, _ batch: Batch) {
        guard let id = remote.readings[number]?.aggregate else { return }
        tell(reading: number, .fault(Fault(.internal, "\(id) cannot be shown: \(why)")), isStaged: false, batch)
    }

    private func tell(reading number: Int, _ answer: Answer, isStaged: Bool, _ batch: Batch) {
        guard let reading = remote.readings[number] else { return }
        end(reading: number)
        guard let waiter = remote.endWait(reading.waiter) else { return }
        batch.answers.append(BatchAnswer(tag: waiter.tag, answer: answer, isStaged: isStaged))
    }

    func end(reading number: Int) {
        guard let reading = remote.readings.removeValue(forKey: number) else { return }
        if let task = reading.task { closeRemote(task) }
    }

    private static func view(_ id: AggregateID, _ state: RemoteState) -> [UInt8] {
        let front: JSON = ["aggregate": .string(id.type), "key": .string(id.key), "version": .int(Int64(state.head.version))]
        return front.bytes.dropLast() + Array(#","state":"#.utf8) + state.json + [UInt8(ascii: "}")]
    }
}
