import CCurl

/// The body of the client's thread: owns the multi handle and every transfer.
final class TransferLoop {
    private let multi: UnsafeMutableRawPointer
    private let post: TransferPost
    private let authorities: String?
    private var transfers: [UInt64: Transfer] = [:]
    private var isStopped = false

    init(_ post: TransferPost, _ authorities: String?) {
        self.authorities = authorities
        multi = post.handle
        self.post = post
    }

    /// Returns when told to stop.
    func run() {
        while true {
            for letter in post.take() { open(letter) }
            if isStopped { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE else { continue }
                let code = skald_curl_message_result(message)
                let handle = message.pointee.easy_handle
                if let id = transfers.first(where: { $0.value.handle == handle })?.key { end(id) { $0.outcome(code) } }
            }
            // Blocks until a socket is ready, a timer is due or a letter comes (curl_multi_wakeup).
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        for id in transfers.keys.sorted() { end(id) { $0.cancelled } }
    }

    private func open(_ letter: TransferPost.Letter) {
        switch letter {
        case .start(let id, let request, let continuation):
            guard let transfer = Transfer(request, authorities, continuation) else {
                continuation.resume(returning: .failure(HTTPFailure(wasSent: false, "libcurl has no memory for a request")))
                return
            }
            transfers[id] = transfer
            let code = curl_multi_add_handle(multi, transfer.handle)
            guard code != CURLM_OK else { return }
            let why = String(cString: curl_multi_strerror(code))
            end(id) { _ in .failure(HTTPFailure(wasSent: false, why)) }
        case .cancel(let id): end(id) { $0.cancelled }
        case .stop: isStopped = true
        }
    }

    private func end(_ id: UInt64, _ outcome: (Transfer) -> Result<HTTPResponse, HTTPFailure>) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        let outcome = outcome(transfer)
        curl_multi_remove_handle(multi, transfer.handle)
        transfer.continuation.resume(returning: outcome)
    }
}
