package org.sola.video;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.sola.image.RgbImage;

/** Decoded frames of any pixel format to RGB, with the colour matrix and range that each frame states. */
final class RgbConverter implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private SwsContext context;
    private BytePointer rows;
    private int height;
    private int width;
    private PointerPointer<BytePointer> target;
    private IntPointer strides;

    RgbImage convert(AVFrame frame) {
        prepare(frame.height(), frame.width());
        int flags = swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT;
        context = swscale.sws_getCachedContext(
                context,
                width,
                height,
                frame.format(),
                width,
                height,
                avutil.AV_PIX_FMT_RGB24,
                flags,
                null,
                null,
                (DoublePointer) null);
        if (context == null || context.isNull()) {
            throw new IllegalStateException("FFmpeg cannot convert the pixel format "
                    + avutil.av_get_pix_fmt_name(frame.format()).getString() + " to RGB");
        }
        // An unspecified matrix is taken as BT.601, as FFmpeg itself does.
        var matrix = swscale.sws_getCoefficients(frame.colorspace());
        int isFullRange = frame.color_range() == avutil.AVCOL_RANGE_JPEG || isFullRangeFormat(frame.format()) ? 1 : 0;
        swscale.sws_setColorspaceDetails(context, matrix, isFullRange, matrix, 1, 0, 1 << 16, 1 << 16);
        int done = swscale.sws_scale(context, frame.data(), frame.linesize(), 0, height, target, strides);
        if (done != height) {
            throw new IllegalStateException("FFmpeg converted " + done + " of " + height + " rows");
        }
        var rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        for (int y = 0; y < height; y++) {
            rows.position((long) y * strides.get(0)).get(rgb, y * width * 3, width * 3);
        }
        rows.position(0);
        return new RgbImage(height, width, rgb);
    }

    private static boolean isFullRangeFormat(int format) {
        return format == avutil.AV_PIX_FMT_YUVJ420P
                || format == avutil.AV_PIX_FMT_YUVJ422P
                || format == avutil.AV_PIX_FMT_YUVJ444P
                || format == avutil.AV_PIX_FMT_YUVJ440P
                || format == avutil.AV_PIX_FMT_YUVJ411P;
    }

    /** Rows are padded: the vector code may write beyond a row's last pixel. */
    private void prepare(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return;
        }
        freeRows();
        height = newHeight;
        width = newWidth;
        int stride = (width * 3 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        rows = new BytePointer((long) stride * height + ALIGNMENT);
        target = new PointerPointer<>(1);
        target.put(0, rows);
        strides = new IntPointer(1);
        strides.put(0, stride);
    }

    private void freeRows() {
        if (rows != null) {
            rows.close();
            target.close();
            strides.close();
            rows = null;
        }
    }

    @Override
    public void close() {
        freeRows();
        height = 0;
        width = 0;
        if (context != null) {
            swscale.sws_freeContext(context);
            context = null;
        }
    }
}
