// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where the seeds of a cluster listen for other nodes: {@code host:port,host:port}. */
final class SeedList {
  private static final Pattern SEED = Pattern.compile("(\\[[^\\]]*\\]|[^:]*):(\\d{1,5})");
  private static final int MOST = 1024;

  private SeedList() {}

  /**
   * Returns the seeds as {@code host:port}, each once. An empty text has none.
   *
   * @throws IllegalArgumentException that names every entry that is malformed
   */
  static List<String> parse(String text) {
    Set<String> seeds = new LinkedHashSet<>();
    Set<String> wrong = new LinkedHashSet<>();
    for (String entry : Values.list(text)) {
      Matcher seed = SEED.matcher(entry);
      if (seed.matches() && NodeSpec.isHost(seed.group(1)) && isPort(seed.group(2))) {
        seeds.add(entry.toLowerCase(Locale.ROOT));
      } else {
        wrong.add("\"" + entry + "\"");
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "holds " + String.join(" and ", wrong) + "; each entry must be host:port or [v6]:port");
    }
    if (seeds.size() > MOST) {
      throw new IllegalArgumentException("must not have more than " + MOST + " entries");
    }
    return List.copyOf(seeds);
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port >= 1 && port <= 65_535;
  }
}
