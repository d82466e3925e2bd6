// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.StreamReadConstraints;

/** What JSON may be at most. Beyond these a body is refused before it is held in memory. */
public final class JsonLimits {
  /** Objects and arrays within each other. */
  public static final int MAX_DEPTH = 200;

  /** Characters of one number. */
  public static final int MAX_NUMBER_LENGTH = 400;

  /** Characters of one field name. */
  public static final int MAX_NAME_LENGTH = 16 * 1024;

  /** Characters of one string. */
  public static final int MAX_STRING_LENGTH = 64 * 1024 * 1024;

  /** Bytes of the whole. */
  public static final long MAX_LENGTH = 128L * 1024 * 1024;

  /**
   * Values, names, beginnings and ends of the whole: each may become an object of a tree, which
   * takes some forty bytes where the text has one or two. A twelfth of the heap at most, or so.
   */
  public static final long MAX_TOKENS = tokensFor(Runtime.getRuntime().maxMemory());

  private static final long FEWEST_TOKENS = 250_000;
  private static final long MOST_TOKENS = 10_000_000;
  private static final long HEAP_PER_TOKEN = 512;

  private JsonLimits() {}

  public static long tokensFor(long heapBytes) {
    return Math.clamp(heapBytes / HEAP_PER_TOKEN, FEWEST_TOKENS, MOST_TOKENS);
  }

  public static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MAX_DEPTH)
        .maxNumberLength(MAX_NUMBER_LENGTH)
        .maxNameLength(MAX_NAME_LENGTH)
        .maxStringLength(MAX_STRING_LENGTH)
        .maxDocumentLength(MAX_LENGTH)
        .maxTokenCount(MAX_TOKENS)
        .build();
  }

  /** Refuses what is not UTF-8: the JSON parser itself lets overlong forms and surrogates pass. */
  public static void requireUtf8(byte[] json) {
    int start = 0;
    while (start < json.length && json[start] >= 0) {
      start++;
    }
    if (start == json.length) {
      return;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(json, start, json.length - start);
    CharBuffer out = CharBuffer.allocate(1024);
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw new MalformedJsonException("invalid UTF-8 at byte " + in.position());
    }
  }
}
