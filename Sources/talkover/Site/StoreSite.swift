import Analysis
import Reports
import ResultStore
import Web

/// The pages of a store: what address shows what.
///
/// The store is opened for each request, so that a run that is being written is seen as far as it
/// got, and a store that is moved away is noticed.
struct StoreSite: Sendable {
    let store: String

    func answer(to request: PageRequest) -> PageAnswer {
        do {
            return try page(for: request)
        } catch let problem as StoreProblem {
            return refusal(problem)
        } catch {
            return message(.failed, "It failed", "\(error)")
        }
    }

    private func page(for request: PageRequest) throws -> PageAnswer {
        switch request.path {
        case "/": return PageAnswer(body: try runs(request))
        case "/style.css":
            return PageAnswer(contentType: "text/css; charset=utf-8", body: SiteFrame.style)
        case "/favicon.ico":
            return PageAnswer(contentType: "image/svg+xml", body: SiteFrame.icon)
        case "/trends": return PageAnswer(body: try trends(request))
        case "/compare": return PageAnswer(body: try compare(request))
        case let path where path.hasPrefix("/run/"):
            let material = try material(of: String(path.dropFirst("/run/".count)))
            return PageAnswer(
                body: HTMLReport.render(
                    Summarizer.summarize(material), detail: ReportOutputs.detail(of: material)),
                policy: PageAnswer.selfContained)
        default:
            return message(
                .notFound, "There is no such page", "This store has runs, trends and comparisons.")
        }
    }

    private func runs(_ request: PageRequest) throws -> String {
        let rows = try open().runs().map {
            RunTable.Row(run: $0.facts, state: $0.state, verdict: $0.verdict, paths: $0.paths)
        }
        let filter = RunsPage.Filter(
            scenario: request.query["scenario"] ?? "", tag: request.query["tag"] ?? "")
        return RunsPage(rows, filter: filter, store: store).render()
    }

    private func trends(_ request: PageRequest) throws -> String {
        let opened = try open()
        let (scenarios, metrics) = try opened.publishedNames()
        let scenario = request.query["scenario"] ?? scenarios.first ?? ""
        let metric = request.query["metric"] ?? "first_audio"
        let mode =
            try request.query["mode"].flatMap { RunMode(rawValue: $0) }
            ?? opened.newestMode(of: scenario) ?? .live
        return TrendPage(
            try opened.published(
                metric, scenario: scenario, mode: mode, runsAtMost: TrendPage.runsAtMost),
            choice: TrendPage.Choice(
                scenario: scenario, metric: metric, mode: mode, scenarios: scenarios,
                metrics: metrics),
            leftOut: try opened.parts(of: scenario, mode: mode), store: store
        ).render()
    }

    private func compare(_ request: PageRequest) throws -> String {
        guard let first = request.query["a"], let second = request.query["b"],
            !first.isEmpty, !second.isEmpty
        else { return ComparePage.empty(store: store) }
        return ComparePage(
            Summarizer.summarize(try material(of: first)),
            Summarizer.summarize(try material(of: second)),
            judgement: try judgement(of: first, second), store: store
        ).render()
    }

    /// What `talkover compare` says of the same two.
    private func judgement(of first: String, _ second: String) throws -> ComparePage.Judgement {
        do {
            let stored = try StoredRuns(path: store)
            return .document(
                try SideComparison(
                    first: try stored.side(first), second: try stored.side(second),
                    terms: ComparisonTerms()
                ).document())
        } catch let failure as CommandFailure {
            return .refusal(failure.message)
        }
    }

    private func material(of reference: String) throws(StoreProblem) -> RunMaterial {
        let store = try open()
        return try store.load(try store.find(reference), parse: StoredRuns.parse)
    }

    private func open() throws(StoreProblem) -> ResultStore {
        try ResultStore.open(path: store, creating: false)
    }

    private func refusal(_ problem: StoreProblem) -> PageAnswer {
        if problem.isAboutReference {
            return message(.notFound, "There is no such run", problem.message)
        }
        return problem.mayPass
            ? message(.unavailable, "The store cannot be read now", problem.message)
            : message(.failed, "This cannot be read", problem.message)
    }

    private func message(_ status: PageAnswer.Status, _ title: String, _ text: String) -> PageAnswer
    {
        PageAnswer(status, body: SiteFrame.message(title, text, store: store))
    }
}
