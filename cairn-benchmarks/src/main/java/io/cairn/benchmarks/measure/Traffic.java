// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has passed over the open TCP connections of this machine from or to some ports, as {@code
 * ss} tells. Both ends of a connection are here, so that what each has sent is all there was.
 * Others' traffic on the loopback interface does not count. Immutable.
 */
public final class Traffic {

  private static final Pattern ENDS = Pattern.compile(":(\\d+)\\s+\\S*:(\\d+)\\s*$");
  private static final Pattern BYTES = Pattern.compile(" bytes_sent:(\\d+)");
  private static final Pattern PACKETS = Pattern.compile(" segs_out:(\\d+)");

  private final Map<String, Sent> ends;

  private Traffic(Map<String, Sent> ends) {
    this.ends = ends;
  }

  /**
   * What was sent.
   *
   * @param packets with or without payload; large ones, as the loopback interface carries them
   * @param bytes of payload
   */
  public record Sent(long packets, long bytes) {
    private Sent plus(Sent other) {
      return new Sent(packets + other.packets, bytes + other.bytes);
    }

    private Sent minus(Sent other) {
      return new Sent(packets - other.packets, bytes - other.bytes);
    }
  }

  /** Reads what connections from or to these ports have carried; nothing without {@code ss}. */
  public static Optional<Traffic> of(Collection<Integer> ports) throws IOException {
    Process ss;
    try {
      ss = new ProcessBuilder("ss", "-tinH").redirectErrorStream(true).start();
    } catch (IOException e) {
      return Optional.empty();
    }
    try (InputStream in = ss.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return Optional.of(parse(text.lines().toList(), Set.copyOf(ports)));
    } finally {
      ss.destroy();
    }
  }

  /** Each connection has a line with its ends, and one with its figures. */
  static Traffic parse(List<String> lines, Set<Integer> ports) {
    Map<String, Sent> ends = new HashMap<>();
    for (int i = 0; i + 1 < lines.size(); i++) {
      Matcher at = ENDS.matcher(lines.get(i));
      if (at.find()
          && (ports.contains(Integer.parseInt(at.group(1)))
              || ports.contains(Integer.parseInt(at.group(2))))) {
        String figures = lines.get(i + 1);
        ends.put(
            at.group(1) + ' ' + at.group(2),
            new Sent(figure(PACKETS, figures), figure(BYTES, figures)));
      }
    }
    return new Traffic(ends);
  }

  private static long figure(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** What was sent since an earlier reading, over connections that are open still. */
  public Sent since(Traffic earlier) {
    Sent none = new Sent(0, 0);
    Sent sum = none;
    for (Map.Entry<String, Sent> end : ends.entrySet()) {
      sum = sum.plus(end.getValue().minus(earlier.ends.getOrDefault(end.getKey(), none)));
    }
    return sum;
  }
}
