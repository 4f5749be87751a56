/// One operation: a repeat gets what it got before; what is new is judged.
extension Oracle {
    mutating func answer(
        _ operation: ClientOperation, _ batch: OracleBatch, madeUp: String?, _ order: inout OracleOrder
    ) throws(Disagreement) -> ClientReply {
        if case .submit(let id, let cell, let command, let expected) = operation.act {
            return try submit(ClientOperation(id: id, .command(cell: cell, command, expected: expected)), batch, &order)
        }
        if let receipt = receipts[operation.id] {
            return receipt.act == operation.act ? receipt.reply : .fault(code: "id_reused", reason: nil)
        }
        let reply = try judge(operation.act, batch, madeUp: madeUp, &order)
        if Self.leavesReceipt(reply, to: operation.act) {
            receipts[operation.id] = Receipt(act: operation.act, reply: reply)
        }
        return reply
    }

    /// Only the command inside has a receipt: as if it had come by itself, but what became of it is not told.
    private mutating func submit(
        _ command: ClientOperation, _ batch: OracleBatch, _ order: inout OracleOrder
    ) throws(Disagreement) -> ClientReply {
        if let receipt = receipts[command.id], receipt.act == command.act { return .submitted(state: "done") }
        let reply = try answer(command, batch, madeUp: nil, &order)
        switch reply {
        case .fault("read_only", _), .fault("id_reused", _): return reply
        default: return .submitted(state: "accepted")
        }
    }

    private mutating func judge(
        _ act: ClientOperation.Act, _ batch: OracleBatch, madeUp: String?, _ order: inout OracleOrder
    ) throws(Disagreement) -> ClientReply {
        guard Self.hasRoom(for: act, batch.space) else { return .fault(code: "read_only", reason: nil) }
        switch act {
        case .command(let cell, let command, let expected), .submit(_, let cell, let command, let expected):
            return store.run(command, on: cell, expected: expected).reply
        case .register(let definition):
            return register(definition)
        case .start(let wish):
            return try start(wish, madeUp: madeUp, at: batch.now, &order)
        case .cancel(let id), .terminate(let id), .retry(let id, _), .waive(let id, _):
            return try operate(act, on: id, at: batch.now, &order)
        }
    }

    private mutating func operate(
        _ act: ClientOperation.Act, on id: String, at now: Int64, _ order: inout OracleOrder
    ) throws(Disagreement) -> ClientReply {
        guard var saga = runs[id] else { return .fault(code: "not_found", reason: nil) }
        let fault: ClientReply? =
            switch act {
            case .cancel: saga.cancel()
            case .terminate: saga.terminate()
            case .retry(_, let step): saga.retry(step, at: now)
            case .waive(_, let step): saga.waive(step)
            case .command, .submit, .register, .start: nil
            }
        if let fault { return fault }
        try saga.turn(at: now, on: &store, &order)
        runs[id] = saga
        return .acted(state: saga.shownState)
    }

    /// On amber nothing new begins, but what a person does to a saga goes on.
    private static func hasRoom(for act: ClientOperation.Act, _ space: OracleSpace) -> Bool {
        switch act {
        case .command, .submit, .register, .start: space == .green
        case .cancel, .terminate, .retry, .waive: space != .red
        }
    }

    private static func leavesReceipt(_ reply: ClientReply, to act: ClientOperation.Act) -> Bool {
        guard case .fault(let code, _) = reply else { return true }
        guard case .command = act else { return false }
        return code == "rejected" || code == "conflict" || code == "handler_failed"
    }
}
