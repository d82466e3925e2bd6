// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.store.search.SortKey;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node asks of another that holds documents. Each names the search that it is about. */
public sealed interface PeerSearch {

  /** Names the search: an id that no other has had. */
  String search();

  /**
   * Begins a search, and reads.
   *
   * @param groups the replica sets whose documents to search
   * @param specification of the query
   * @param restriction must match as well
   * @param lifeMicros how long it may go on to be read; 0 if this is all
   */
  record Open(
      String search,
      List<String> groups,
      QuerySpecification specification,
      @Nullable Query restriction,
      long lifeMicros,
      Wanted wanted)
      implements PeerSearch {}

  /** Reads on. */
  record Read(String search, Wanted wanted) implements PeerSearch {}

  /** Ends a search. */
  record Close(String search) implements PeerSearch {}

  /**
   * What of the matching documents is wanted.
   *
   * @param after those behind this one; null for the first
   * @param group those of this group alone; null for all
   * @param rows how many at most; fewer may come, and word that there are more
   * @param content whether the documents, or only their links
   * @param count whether the number of all matches
   * @param aggregated whether what the query asks about all matches together
   * @param groups how many of the query's groups, at most
   * @param limitMicros how long it is waited for
   */
  record Wanted(
      @Nullable SortKey after,
      @Nullable String group,
      int rows,
      boolean content,
      boolean count,
      boolean aggregated,
      int groups,
      long limitMicros) {

    /** Rows, and nothing else. */
    public static Wanted rows(@Nullable SortKey after, int rows, boolean content) {
      return inGroup(null, after, rows, content);
    }

    /** Rows of a group, or of all if it is null. */
    public static Wanted inGroup(
        @Nullable String group, @Nullable SortKey after, int rows, boolean content) {
      return new Wanted(after, group, rows, content, false, false, 0, Long.MAX_VALUE);
    }

    /** What the query asks about all matches together, and nothing else. */
    public static Wanted aggregations() {
      return new Wanted(null, null, 0, false, false, true, 0, Long.MAX_VALUE);
    }

    /** The first groups, and nothing else. */
    public static Wanted groups(int groups) {
      return new Wanted(null, null, 0, false, false, false, groups, Long.MAX_VALUE);
    }

    /** The number of all matches, and nothing else. */
    public static Wanted number() {
      return new Wanted(null, null, 0, false, true, false, 0, Long.MAX_VALUE);
    }

    /** The same, waited for so long only. */
    public Wanted within(long micros) {
      return new Wanted(after, group, rows, content, count, aggregated, groups, micros);
    }
  }

  /** The bytes of a request. */
  static byte[] encode(PeerSearch request) {
    WireWriter out = new WireWriter().u8(PeerRequests.SEARCH).u8(Bytes.FORMAT);
    switch (request) {
      case Open open -> {
        out.u8(Bytes.OPEN).text(open.search()).texts(open.groups());
        out.bytes(DocumentJson.standard().toBytes(open.specification()));
        out.optional(
            open.restriction(),
            (to, restriction) -> to.bytes(DocumentJson.standard().toBytes(restriction)));
        Bytes.putWanted(out.i64(open.lifeMicros()), open.wanted());
      }
      case Read read -> Bytes.putWanted(out.u8(Bytes.READ).text(read.search()), read.wanted());
      case Close close -> out.u8(Bytes.CLOSE).text(close.search());
    }
    return out.take();
  }

  /**
   * Reads a request.
   *
   * @throws MalformedException if no node of this version wrote it
   */
  static PeerSearch decode(byte[] request) {
    return WireReader.read(request, Bytes::request);
  }

  /** The byte form. */
  final class Bytes {
    static final int FORMAT = 2;

    private static final int OPEN = 1;
    private static final int READ = 2;
    private static final int CLOSE = 3;

    private static final int NOTHING = 0;
    private static final int WHOLE = 1;
    private static final int FRACTION = 2;
    private static final int OTHER = 3;

    private Bytes() {}

    private static PeerSearch request(WireReader in) {
      if (in.u8() != PeerRequests.SEARCH) {
        throw new MalformedException("it is no search");
      }
      in.version(FORMAT, WireReader.SAME_ON_ALL_NODES);
      int kind = in.u8();
      return switch (kind) {
        case OPEN ->
            new Open(
                in.text(),
                in.texts(),
                json(in, QuerySpecification.class),
                in.optional(from -> json(from, Query.class)),
                in.index(),
                wanted(in));
        case READ -> new Read(in.text(), wanted(in));
        case CLOSE -> new Close(in.text());
        default -> throw new MalformedException("a search of kind " + kind + " is not known here");
      };
    }

    private static <T> T json(WireReader in, Class<T> type) {
      return DocumentJson.standard().fromJson(in.bytes(Integer.MAX_VALUE), type);
    }

    private static void putWanted(WireWriter out, Wanted wanted) {
      out.optional(wanted.after(), Bytes::putKey)
          .optional(wanted.group(), WireWriter::text)
          .number(wanted.rows())
          .flag(wanted.content())
          .flag(wanted.count())
          .flag(wanted.aggregated())
          .number(wanted.groups())
          .i64(wanted.limitMicros());
    }

    private static Wanted wanted(WireReader in) {
      return new Wanted(
          in.optional(Bytes::key),
          in.optional(WireReader::text),
          in.number(Integer.MAX_VALUE),
          in.flag(),
          in.flag(),
          in.flag(),
          in.number(Integer.MAX_VALUE),
          in.index());
    }

    static void putKey(WireWriter out, SortKey key) {
      out.number(key.values().size());
      for (Object value : key.values()) {
        switch (value) {
          case null -> out.u8(NOTHING);
          case Long whole -> out.u8(WHOLE).i64(whole);
          case Double fraction -> out.u8(FRACTION).i64(Double.doubleToLongBits(fraction));
          case byte[] bytes -> out.u8(OTHER).bytes(bytes);
          default -> throw new IllegalArgumentException("a key has a " + value.getClass());
        }
      }
    }

    static SortKey key(WireReader in) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int left = in.count(Integer.MAX_VALUE, 1); left > 0; left--) {
        int kind = in.u8();
        values.add(
            switch (kind) {
              case NOTHING -> null;
              case WHOLE -> (Object) in.i64();
              case FRACTION -> (Object) Double.longBitsToDouble(in.i64());
              case OTHER -> in.bytes(Integer.MAX_VALUE);
              default -> throw new MalformedException("a key has a value of kind " + kind);
            });
      }
      return SortKey.of(values);
    }
  }
}
