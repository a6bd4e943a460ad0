package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.TreeMap;
import org.sola.dataset.Layout;
import org.sola.demo.DemoDataset;
import org.sola.demo.SceneConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola data}: generating and checking data sets. */
@Command(
        name = "data",
        description = "Generates the synthetic data set; checks downloaded ones.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DataCommand.Demo.class,
            DataCommand.Mevis.class,
            DataCommand.YoutubeVos.class,
            DataCommand.Davis.class,
            DataCommand.A2d.class,
            DataCommand.Jhmdb.class
        },
        footer = {"", "Examples:", "  sola data demo --out demo --videos 40", "  sola data mevis ~/data/mevis"})
final class DataCommand extends CommandGroup {

    @Command(
            name = "demo",
            description = {
                "Generates a split of referring videos whose truth is known: OUT/SPLIT in the MeViS layout.",
                "The same seed gives the same bytes; stopped, it goes on where it was."
            },
            footer = {
                "",
                "Examples:",
                "  sola data demo --out demo --videos 200 --split train",
                "  sola data demo --out demo --videos 40 --split valid --seed 7"
            })
    static final class Demo extends SolaCommand {
        @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder of the splits.")
        private Path out;

        @Option(
                names = "--videos",
                paramLabel = "K",
                defaultValue = "20",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int videos;

        @Option(
                names = "--split",
                paramLabel = "train|valid",
                defaultValue = "train",
                description = "Its name; splits share no scene (default: ${DEFAULT-VALUE}).")
        private String split;

        @Option(
                names = "--richness",
                paramLabel = "N",
                defaultValue = "1",
                description = "N times as many expressions a video, as far as there is more to say: for training "
                        + "(default: ${DEFAULT-VALUE}).")
        private int richness;

        @Option(
                names = "--frames",
                paramLabel = "MIN-MAX",
                defaultValue = "20-40",
                converter = FrameRange.Converter.class,
                description =
                        "Shortest and longest video in frames (default: ${DEFAULT-VALUE}). Below 12 they are how longer"
                                + " videos begin, and nothing is said of motion.")
        private FrameRange frames;

        @Mixin
        private ThreadOption threads;

        @Mixin
        private SeedOption seed;

        @Override
        int run(Console console) throws IOException {
            var summary = generate(
                    console,
                    out,
                    new DemoDataset.Request(
                            seed.seed,
                            videos,
                            split,
                            SceneConfig.video().withFrames(frames.shortest(), frames.longest()),
                            richness,
                            threads.count()));
            console.result(String.format(
                    Locale.ROOT,
                    "%s: %d videos (%d new), %d frames, %d objects, %d expressions in %.1f s",
                    out.resolve(split),
                    summary.videos(),
                    summary.written(),
                    summary.frames(),
                    summary.objects(),
                    summary.expressions(),
                    summary.seconds()));
            var document = new LinkedHashMap<String, Object>();
            document.put("data", out.resolve(split).toString());
            document.put("videos", summary.videos());
            document.put("written", summary.written());
            document.put("frames", summary.frames());
            document.put("objects", summary.objects());
            document.put("expressions", summary.expressions());
            document.put("kinds", new TreeMap<>(summary.kinds()));
            document.put("seconds", summary.seconds());
            console.json(document);
            return Failures.DONE;
        }

        static DemoDataset.Summary generate(Console console, Path out, DemoDataset.Request request) throws IOException {
            console.say("generating " + request.videos() + " videos of seed " + request.seed() + " into "
                    + out.resolve(request.split()));
            try (var progress = console.progress("data demo", request.videos())) {
                return DemoDataset.generate(out, request, (done, of) -> progress.at(done, ""));
            }
        }
    }

    @Command(
            name = "mevis",
            description = {
                "Checks a data set in the MeViS layout: what is there, what is missing or broken.",
                "Every frame is decoded and every mask read. Exit status 1 when something is wrong."
            },
            footer = {"", "Examples:", "  sola data mevis ~/data/mevis", "  sola data mevis demo/valid --json"})
    static final class Mevis extends DataCheckCommand {
        Mevis() {
            super(Layout.MEVIS);
        }
    }

    @Command(
            name = "ytvos",
            description = {
                "Checks Ref-YouTube-VOS: what is there, what is missing or broken.",
                "Validation is what the published file of valid lists without the videos of test."
            },
            footer = {
                "",
                "Examples:",
                "  sola data ytvos ~/data/ref-youtube-vos",
                "  sola data ytvos ~/data/ref-ytbvos/train"
            })
    static final class YoutubeVos extends DataCheckCommand {
        YoutubeVos() {
            super(Layout.REF_YOUTUBE_VOS);
        }
    }

    @Command(
            name = "davis",
            description = {
                "Checks Ref-DAVIS17, as downloaded and as usually converted: what is there, what is missing or broken.",
                "All four annotators are needed."
            },
            footer = {
                "",
                "Examples:",
                "  sola data davis ~/data/ref-davis",
                "  sola data davis ~/data/ref-davis/valid --json"
            })
    static final class Davis extends DataCheckCommand {
        Davis() {
            super(Layout.REF_DAVIS);
        }
    }

    @Command(
            name = "a2d",
            description = {
                "Checks A2D-Sentences: what is there, what is missing or broken.",
                "Every clip is decoded and every annotated frame read."
            },
            footer = {
                "",
                "Examples:",
                "  sola data a2d ~/data/a2d_sentences",
                "  sola data a2d ~/data/a2d_sentences/test"
            })
    static final class A2d extends DataCheckCommand {
        A2d() {
            super(Layout.A2D_SENTENCES);
        }
    }

    @Command(
            name = "jhmdb",
            description = {
                "Checks JHMDB-Sentences: what is there, what is missing or broken.",
                "The published list of scored frames is needed."
            },
            footer = {
                "",
                "Examples:",
                "  sola data jhmdb ~/data/jhmdb_sentences",
                "  sola data jhmdb ~/data/jhmdb_sentences --json"
            })
    static final class Jhmdb extends DataCheckCommand {
        Jhmdb() {
            super(Layout.JHMDB_SENTENCES);
        }
    }
}
