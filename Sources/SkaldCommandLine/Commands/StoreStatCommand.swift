import ArgumentParser
import EventLogLMDB

struct StoreStatCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "stat", abstract: "Show how large and how full a store is.",
        discussion: "A server may be using it meanwhile.")

    @OptionGroup var store: StoreOptionGroup
    @OptionGroup var output: OutputOptions

    func perform(_ session: Session) throws(Failure) -> ProcessStatus {
        guard store.inThisProcess else {
            return try StoreChild(session: session, data: store.data).run(["store", "stat", "--data", store.data])
        }
        let stat: StoreStat
        do { stat = try StoreStat.read(path: store.data) } catch { throw Failure(error, tool: session.tool) }
        let text = StoreStatText(stat: stat)
        session.answer(text.document) { text.rendered($0) }
        return .ok
    }
}
