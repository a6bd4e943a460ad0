package org.sola.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.evaluate.Predictions;
import org.sola.mask.Rle;

/**
 * An expression's video as two methods answered it, side by side and in step: frames within the page itself, played by a
 * few lines of script, and still readable without.
 */
final class FlipBook {
    /** The script of all flip books of a page. */
    static final String SCRIPT =
            """
            <script>
            document.querySelectorAll('.flip').forEach(function (book) {
              var strips = book.querySelectorAll('.strip'), slide = book.querySelector('input'),
                  button = book.querySelector('button'), timer = 0;
              function show() {
                strips.forEach(function (strip) {
                  for (var i = 0; i < strip.children.length; i++) strip.children[i].hidden = i != slide.value;
                });
              }
              function play() {
                button.textContent = timer ? '▶' : '❚❚';
                if (timer) { clearInterval(timer); timer = 0; return; }
                timer = setInterval(function () {
                  slide.value = slide.value == slide.max ? 0 : +slide.value + 1; show();
                }, 150);
              }
              slide.oninput = show; button.onclick = play;
            });
            </script>
            """;

    private static final int PICTURES = 16;
    private static final int WIDTH = 340;

    private FlipBook() {}

    static String html(
            ReferringVideo video,
            Expression expression,
            List<Rle> truth,
            List<String> names,
            List<Predictions> predictions)
            throws IOException {
        int frames = video.frameNames().size();
        int count = Math.min(PICTURES, frames);
        int shown = count / 2;
        int height = truth.get(0).height();
        int width = truth.get(0).width();
        var masks = new ArrayList<Optional<List<Rle>>>();
        var strips = new ArrayList<StringBuilder>();
        for (var prediction : predictions) {
            masks.add(prediction.masks(video, expression, height, width));
            strips.add(new StringBuilder());
        }
        for (int k = 0; k < count; k++) {
            int t = count == 1 ? 0 : k * (frames - 1) / (count - 1);
            var frame = video.read(t);
            var meant = truth.get(t).decode();
            for (int m = 0; m < names.size(); m++) {
                var mask = masks.get(m).map(found -> found.get(t)).orElse(Rle.empty(height, width));
                var jpeg = FramePicture.jpeg(frame, mask.decode(), meant, WIDTH);
                strips.get(m)
                        .append(Html.image("jpeg", jpeg, "frame " + t)
                                .replace("<img ", k == shown ? "<img " : "<img hidden "));
            }
        }
        var page = new StringBuilder("<div class=\"flip\"><div class=\"pair\">");
        for (int m = 0; m < names.size(); m++) {
            page.append("<figure><figcaption>")
                    .append(Html.text(names.get(m)))
                    .append("</figcaption><div class=\"strip\">")
                    .append(strips.get(m))
                    .append("</div></figure>");
        }
        return page.append("</div><button type=\"button\">▶</button> <input type=\"range\" min=\"0\" max=\"")
                .append(count - 1)
                .append("\" value=\"")
                .append(shown)
                .append("\"></div>")
                .toString();
    }
}
