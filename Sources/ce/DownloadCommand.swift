import ArgumentParser
import FoundationEssentials
import Plans
import Reports
import Settings
import SoftwareImage
import TLS
import Terminal

/// `ce download`: everything that a plan can say can be said by options too, which override the plan.
struct DownloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Bring images to all cards of all groups at once, each from one transfer.",
        discussion: """
            EXAMPLES
              ce download plan.yaml
              ce download plan.yaml --memory 1MiB --progress plain
              ce download plan.yaml --group adsl --url ftp://127.0.0.1:2121/adsl-2.0.1.img
              ce download --url ftp://127.0.0.1:2121/adsl.img --manifest adsl.img.manifest.yaml \\
                  --card 1=127.0.0.1:40001 --card 2=127.0.0.1:40002 \\
                  --certificate ce.pem --key ce.key --authority ca.pem

            Results go to standard output, progress and errors to standard error. A plan is described in docs/plans.md.
            """)

    @Argument(help: "The plan, a YAML file. Without one, the options say everything.")
    var plan: String?

    @Option(help: ArgumentHelp("The budget of all groups' buffer pools (default 512KiB).", valueName: "size"))
    var memory: String?
    @Option(
        help: ArgumentHelp("The size of a block (default 64KiB); the count follows from the memory.", valueName: "size")
    )
    var block: String?
    @Option(help: ArgumentHelp("The number of blocks; the size follows from the memory.", valueName: "count"))
    var blocks: String?
    @Option(help: ArgumentHelp("parallel, serial or serial-pipelined (default parallel).", valueName: "mode"))
    var mode: String?
    @Option(help: ArgumentHelp("The whole job's deadline, such as 20min.", valueName: "duration"))
    var timeout: String?
    @Option(
        help: ArgumentHelp(
            "Only this group of the plan; the options from --url to --card belong to it. Without a plan: its name.",
            valueName: "name"))
    var group: String?
    @Option(
        help: ArgumentHelp(
            "Where the image is: ftp, ftpes, ftps, http or https://HOST[:PORT]/PATH, or file:///PATH.", valueName: "url"
        ))
    var url: String?
    @Option(
        help: ArgumentHelp(
            "The image's manifest, a YAML file or its URL; or the four options below. Default: URL.manifest.yaml.",
            valueName: "file"))
    var manifest: String?
    @Option(help: ArgumentHelp("The type of card that the image is for.", valueName: "type"))
    var type: String?
    @Option(help: ArgumentHelp("The image's version.", valueName: "version"))
    var imageVersion: String?
    @Option(help: ArgumentHelp("The image's size.", valueName: "size"))
    var size: String?
    @Option(help: ArgumentHelp("The image's SHA-256, 64 hexadecimal digits.", valueName: "digits"))
    var sha256: String?
    @Option(
        help: ArgumentHelp(
            "The user at the file server (default anonymous). The password comes from CE_PASSWORD or --password-file.",
            valueName: "name"))
    var user: String?
    @Option(help: ArgumentHelp("A file with the password, mode 0600.", valueName: "file"))
    var passwordFile: String?
    @Option(
        help: ArgumentHelp(
            "The certificates of those who may vouch for the server, a PEM file (default: the system's).",
            valueName: "file"))
    var ca: String?
    @Option(
        help: ArgumentHelp(
            "A card: its slot and address, as 7=127.0.0.1:40007. Repeat it for each.", valueName: "slot=address"))
    var card: [String] = []
    @Option(help: ArgumentHelp("Any value of a plan, as memory=1MiB. May be repeated.", valueName: "path=value"))
    var set: [String] = []

    @Flag(
        help:
            "Also download images whose manifest nobody has signed. Only cards take them that were told to; the result says so."
    )
    var insecureUnsigned = false
    @OptionGroup var links: LinkOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false
    @Option(help: ArgumentHelp("auto, tty, plain or quiet.", valueName: "style"))
    var progress = ProgressPrinter.Style.auto

    @Option(
        help: ArgumentHelp(
            "Write a log to standard error, from this level on: debug, info or error.", valueName: "level"))
    var logLevel: EventLogger.Detail?

    func run() throws {
        let plan: DownloadPlan
        let passwords: [String?]
        let security: TLSContext?
        let manifests = ManifestDownload()
        do throws(SettingsError) {
            plan = try PlanReader.read(contentsOf: self.plan, options: options, fetch: manifests.fetch)
            passwords = try PlanPassword.read(of: plan)
            security = try plan.security.context()
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode((manifests.hasFailed ? ProgramExit.unavailable : .badInput).rawValue)
        }
        let distrust = plan.distrust(at: WallClock.now)
        guard distrust.isEmpty else {
            StandardStream.errors.write("\(SettingsError(distrust))\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
        ProgramLimits.raiseDescriptorLimit()
        ProgramLimits.ignoreBrokenPipes()
        let ending = try DownloadRun(
            plan: plan, passwords: passwords, security: security, progress: progress, logLevel: logLevel
        ).run()
        let text = json ? try jsonText(ending.report) : DownloadSummary(ending.report).text
        if let problem = StandardStream.output.write(text + "\n") {
            StandardStream.errors.write("the result could not be written to standard output: \(problem)\n")
            throw ExitCode(ProgramExit.cannotWrite.rawValue)
        }
        guard ending.exit == .success else { throw ExitCode(ending.exit.rawValue) }
    }

    private var options: PlanOptions {
        var options = PlanOptions()
        options.memory = memory
        options.block = block
        options.blocks = blocks
        options.mode = mode
        options.timeout = timeout
        options.group = group
        options.url = url
        options.manifest = manifest
        options.type = type
        options.version = imageVersion
        options.size = size
        options.sha256 = sha256
        options.user = user
        options.passwordFile = passwordFile
        options.ca = ca
        options.insecureUnsigned = insecureUnsigned
        options.cards = card
        links.add(to: &options)
        options.set = set
        return options
    }

    private func jsonText(_ report: DownloadReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

extension ProgressPrinter.Style: ExpressibleByArgument {}
extension EventLogger.Detail: ExpressibleByArgument {}
