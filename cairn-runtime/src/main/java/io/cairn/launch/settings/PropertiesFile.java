// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A file in the format of {@link Properties} that remembers which line each entry stands in. Text
 * is UTF-8, or Latin-1 where it is no UTF-8, as older files are.
 */
final class PropertiesFile {
  private static final int LARGEST = 1 << 20;

  /**
   * An entry.
   *
   * @param line the number of the line that it begins in, from 1
   */
  record Entry(String value, int line) {}

  private PropertiesFile() {}

  /**
   * Reads the entries; the last of a name counts.
   *
   * @param problems gets a sentence for each line that cannot be read, beginning with its number
   * @throws IOException if the file cannot be read
   */
  static Map<String, Entry> read(InputStream in, List<String> problems) throws IOException {
    byte[] bytes = in.readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new IOException("it is larger than " + LARGEST + " bytes");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    String[] lines = text(bytes).split("\r\n|\r|\n", -1);
    for (int next = 0; next < lines.length; ) {
      int first = next;
      StringBuilder logical = new StringBuilder(lines[next++]);
      while (isContinued(logical) && next < lines.length) {
        logical.append('\n').append(lines[next++]);
      }
      parse(logical.toString(), first + 1, entries, problems);
    }
    return entries;
  }

  private static String text(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException older) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** An odd number of backslashes at the end, unless it is a comment. */
  private static boolean isContinued(CharSequence line) {
    String text = line.toString();
    String start = text.stripLeading();
    if (start.startsWith("#") || start.startsWith("!")) {
      return false;
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\\') {
      end--;
    }
    return (text.length() - end) % 2 == 1;
  }

  private static void parse(
      String logical, int line, Map<String, Entry> entries, List<String> problems) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException | IllegalArgumentException e) {
      problems.add("line " + line + ": " + e.getMessage());
    }
    one.stringPropertyNames()
        .forEach(name -> entries.put(name, new Entry(one.getProperty(name).strip(), line)));
  }
}
