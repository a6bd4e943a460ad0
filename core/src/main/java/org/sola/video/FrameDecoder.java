package org.sola.video;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.sola.image.ImageFiles;
import org.sola.image.Orientation;
import org.sola.image.RgbImage;

/**
 * One pass over the best video stream of a file: demuxer, decoder and conversion to upright RGB, a frame at a time.
 *
 * <p>FFmpeg's own interface instead of JavaCV's grabber, which converts every video as if it were BT.601 and hides
 * whether the file ended or broke off. All that is native belongs to this object and goes with {@link #close()}.
 */
final class FrameDecoder implements AutoCloseable {
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final Path file;
    private final AVFormatContext format = new AVFormatContext(null);
    private AVStream stream;
    private AVCodecContext codec;
    private AVPacket packet;
    private AVFrame frame;
    private RgbConverter converter;
    private Orientation orientation = Orientation.UPRIGHT;
    private int packets;
    private int frames;
    private boolean isOpen = true;

    private FrameDecoder(Path file) {
        this.file = file;
        OPEN.incrementAndGet();
    }

    /** How many decoders hold native memory now; for tests. */
    static int openCount() {
        return OPEN.get();
    }

    static FrameDecoder open(Path file) {
        NativeFfmpeg.load();
        var decoder = new FrameDecoder(file);
        try {
            decoder.openStream();
            decoder.openCodec();
            return decoder;
        } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
        }
    }

    private void openStream() {
        var options = new AVDictionary(null);
        // a playlist must not reach out to the network
        avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
        try (var url = new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8)) {
            int status = avformat.avformat_open_input(format, url, null, options);
            if (status < 0) {
                throw new VideoException(
                        file,
                        "cannot be decoded (" + NativeFfmpeg.reason(status)
                                + "); expected a whole video file such as MP4, MOV, WebM, MKV or AVI");
            }
        } finally {
            avutil.av_dict_free(options);
        }
        int status = avformat.avformat_find_stream_info(format, (PointerPointer<?>) null);
        if (status < 0) {
            throw new VideoException(file, "cannot be decoded (" + NativeFfmpeg.reason(status) + ")");
        }
        int index =
                avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0);
        if (index < 0 || (format.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
            throw new VideoException(file, "has no video stream");
        }
        stream = format.streams(index);
        for (int i = 0; i < format.nb_streams(); i++) {
            format.streams(i).discard(i == index ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
        }
    }

    private void openCodec() {
        var parameters = stream.codecpar();
        if (parameters.width() > ImageFiles.MAX_SIDE_PIXELS || parameters.height() > ImageFiles.MAX_SIDE_PIXELS) {
            throw new VideoException(
                    file,
                    "has " + parameters.width() + "x" + parameters.height() + " pixels; at most "
                            + ImageFiles.MAX_SIDE_PIXELS + " a side are read");
        }
        AVCodec decoder = avcodec.avcodec_find_decoder(parameters.codec_id());
        if (decoder == null || decoder.isNull()) {
            throw new VideoException(
                    file,
                    "is coded as \""
                            + avcodec.avcodec_get_name(parameters.codec_id()).getString()
                            + "\", which cannot be decoded here; convert it to H.264");
        }
        codec = avcodec.avcodec_alloc_context3(decoder);
        avcodec.avcodec_parameters_to_context(codec, parameters);
        codec.pkt_timebase(stream.time_base());
        codec.thread_count(Math.min(4, Runtime.getRuntime().availableProcessors()));
        int status = avcodec.avcodec_open2(codec, decoder, (PointerPointer<?>) null);
        if (status < 0) {
            throw new VideoException(file, "cannot be decoded (" + NativeFfmpeg.reason(status) + ")");
        }
        packet = avcodec.av_packet_alloc();
        frame = avutil.av_frame_alloc();
        converter = new RgbConverter();
        var matrix = avcodec.av_packet_side_data_get(
                parameters.coded_side_data(), parameters.nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix != null && !matrix.isNull() && matrix.size() >= 9 * Integer.BYTES) {
            var values = new IntPointer(matrix.data());
            orientation = Orientation.ofDisplayMatrix(values.get(0), values.get(1), values.get(3), values.get(4));
        }
    }

    /** Frames a second as the container says or, failing that, as its time stamps suggest; 25 if neither does. */
    double framesPerSecond() {
        var rate = avformat.av_guess_frame_rate(format, stream, null);
        return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 25;
    }

    /** Number of frames that the container announces, if it does. */
    OptionalInt announcedFrames() {
        long count = stream.nb_frames();
        return count > 0 && count <= Integer.MAX_VALUE ? OptionalInt.of((int) count) : OptionalInt.empty();
    }

    /** The next frame, or null after the last. */
    RgbImage next() {
        while (true) {
            int status = avcodec.avcodec_receive_frame(codec, frame);
            if (status == 0) {
                frames++;
                try {
                    return orientation.apply(converter.convert(frame));
                } catch (IllegalStateException e) {
                    throw new VideoException(file, "cannot be shown as RGB: " + e.getMessage());
                }
            }
            if (status == avutil.AVERROR_EOF()) {
                return null;
            }
            if (status != avutil.AVERROR_EAGAIN()) {
                throw damaged(NativeFfmpeg.reason(status));
            }
            feed();
        }
    }

    /** Gives the decoder one more packet of the stream, or the end. */
    private void feed() {
        int status = avformat.av_read_frame(format, packet);
        if (status == avutil.AVERROR_EOF()) {
            requireAllPackets();
            avcodec.avcodec_send_packet(codec, null);
            return;
        }
        if (status < 0) {
            throw damaged(NativeFfmpeg.reason(status));
        }
        try {
            if (packet.stream_index() != stream.index()) {
                return;
            }
            packets++;
            if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
                throw damaged("a packet is cut off");
            }
            status = avcodec.avcodec_send_packet(codec, packet);
            // What comes before the first key frame of a cut-out clip cannot be decoded and is no damage.
            if (status < 0 && frames > 0) {
                throw damaged(NativeFfmpeg.reason(status));
            }
        } finally {
            avcodec.av_packet_unref(packet);
        }
    }

    /** MP4 lists every packet, so a file that was cut behind its list is known to be short. */
    private void requireAllPackets() {
        int listed = avformat.avformat_index_get_entries_count(stream);
        boolean listsAll = format.iformat().name().getString().contains("mp4");
        if (listsAll && packets < listed) {
            throw damaged("it holds " + packets + " of " + listed + " frames");
        }
    }

    private VideoException damaged(String reason) {
        return new VideoException(
                file, "is truncated or damaged after frame " + frames + " (" + reason + "); get a whole copy of it");
    }

    @Override
    public void close() {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        if (converter != null) {
            converter.close();
        }
        if (frame != null) {
            avutil.av_frame_free(frame);
        }
        if (packet != null) {
            avcodec.av_packet_free(packet);
        }
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
        }
        avformat.avformat_close_input(format);
        OPEN.decrementAndGet();
    }
}
