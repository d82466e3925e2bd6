// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.SampleState.Colour;
import io.cairn.document.json.LenientJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@SuppressWarnings("JavaUtilDate") // documents of the predecessor have dates
class DocumentJsonTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  /** A record as a document. */
  record Order(String customer, int amount, List<String> items, Long note) {}

  /** Numbers wherever they may stand. */
  public static class AllNumbers extends ServiceDocument {
    public Object free;
    public Map<String, Object> map;
    public Number number;
    public java.math.BigDecimal exact;
    public java.math.BigInteger huge;
    public Double real;
    public float small;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1E+400",
        "-1E+400",
        "1E-400",
        "0.1234567890123456789012345",
        "12345678901234567890123",
        "9223372036854775808",
        "-9223372036854775809",
        "1.5",
        "7",
        "-7",
        "9007199254740993"
      })
  void numbersAreKeptToTheDigitWhereverTheyStand(String number) {
    String json =
        "{\"free\":%1$s,\"map\":{\"a\":[%1$s]},\"number\":%1$s,\"exact\":%1$s}".formatted(number);
    AllNumbers read = JSON.fromJson(json, AllNumbers.class);
    JsonNode tree = JSON.readTree(json);
    for (JsonNode written : List.of(JSON.readTree(JSON.toJson(read)), tree)) {
      assertThat(written.get("free").decimalValue()).isEqualByComparingTo(number);
      assertThat(written.get("map").get("a").get(0).decimalValue()).isEqualByComparingTo(number);
      assertThat(written.get("number").decimalValue()).isEqualByComparingTo(number);
      assertThat(written.get("exact").decimalValue()).isEqualByComparingTo(number);
    }
    assertThat(JSON.toJson(tree)).isEqualTo(json);
    assertThat(JSON.toJson(JSON.convert(tree, AllNumbers.class))).isEqualTo(JSON.toJson(read));
  }

  @Test
  void ordinaryNumbersOfFreeFieldsAreLongsAndDoubles() {
    AllNumbers read = JSON.fromJson("{\"free\":7,\"map\":{\"a\":0.1}}", AllNumbers.class);
    assertThat(read.free).isEqualTo(7L);
    assertThat(read.map.get("a")).isEqualTo(0.1);
    assertThat(JSON.readTree("{\"a\":7}").get("a"))
        .isEqualTo(JSON.toTree(Map.of("a", 7L)).get("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"real\":1e400}",
        "{\"real\":-1e400}",
        "{\"real\":\"1e400\"}",
        "{\"small\":1e39}",
        "{\"small\":\"1e39\"}"
      })
  void numbersTooLargeForTheirFieldAreRefused(String json) {
    assertThatThrownBy(() -> JSON.fromJson(json, AllNumbers.class))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"free", "exact", "number", "real", "huge", "unknown", "map"})
  void numbersWhoseExponentIsBeyondAllBoundsAreRefusedInWords(String field) {
    String number = "1e40000000000000000";
    String value = field.equals("map") ? "{\"a\":" + number + "}" : number;
    String json = "{\"%s\":%s}".formatted(field, value);
    List<ThrowingCallable> readings =
        List.of(
            () -> JSON.readTree(json),
            () -> JSON.readTree(json.getBytes(UTF_8)),
            () -> JSON.readTree("// not strict\n" + json),
            () -> JSON.fromJson(json, AllNumbers.class));
    for (ThrowingCallable reading : readings.subList(0, field.equals("unknown") ? 3 : 4)) {
      assertThatThrownBy(reading)
          .isInstanceOf(MalformedJsonException.class)
          .hasMessageNotContainingAny("java.", "jackson")
          .hasMessageFindingMatch("too large|not a whole number");
    }
  }

  @Test
  void writesOwnFieldsFirstAndBuiltInFieldsInTheUsualOrder() {
    QueryTask ignored = new QueryTask();
    assertThat(JSON.toJson(ignored)).startsWith("{\"taskInfo\":{\"isDirect\":false}");
    SampleState state = new SampleState();
    state.name = "n";
    state.documentEpoch = 0L;
    state.documentKind = "k";
    state.documentSelfLink = "/core/examples/niki";
    state.documentSignature = "s";
    state.documentUpdateAction = "POST";
    state.documentOwner = "o";
    state.documentAuthPrincipalLink = "p";
    assertThat(JSON.toJson(state))
        .isEqualTo(
            "{\"name\":\"n\",\"small\":0,\"flag\":false,\"ratio\":0.0,"
                + "\"documentVersion\":0,\"documentEpoch\":0,\"documentKind\":\"k\","
                + "\"documentSelfLink\":\"/core/examples/niki\",\"documentSignature\":\"s\","
                + "\"documentUpdateTimeMicros\":0,\"documentUpdateAction\":\"POST\","
                + "\"documentExpirationTimeMicros\":0,\"documentOwner\":\"o\","
                + "\"documentAuthPrincipalLink\":\"p\"}");
  }

  @Test
  void readsBackEveryTypeItWrites() {
    SampleState state = full();
    String json = JSON.toJson(state);
    SampleState read = JSON.fromJson(json, SampleState.class);
    assertThat(read).usingRecursiveComparison().isEqualTo(state);
    assertThat(json)
        .contains("\"colour\":\"GREEN\"")
        .contains("\"colours\":[\"RED\"]")
        .contains("\"blob\":\"+/8=\"")
        .contains("\"date\":\"1970-01-01T00:00:01.500Z\"")
        .contains("\"instant\":\"2026-01-02T03:04:05.000006Z\"")
        .contains("\"zoned\":\"2026-01-02T03:04:05+01:00[Europe/Berlin]\"")
        .contains("\"path\":\"/tmp/a b\"")
        .contains("\"renamed\":\"r\"")
        .contains("<b>&'=")
        .doesNotContain("javaName", "notAField", "alsoNotAField");
  }

  @Test
  void ignoresUnknownFieldsAndTakesTheLastOfTwins() {
    String json =
        "{\"unknown\":{\"a\":[1]},\"name\":\"a\",\"name\":\"b\",\"documentVersion\":null}";
    SampleState state = JSON.fromJson(json, SampleState.class);
    assertThat(state.name).isEqualTo("b");
    assertThat(state.documentVersion).isZero();
  }

  @Test
  void acceptsNumbersAndBooleansAsStrings() {
    String json = "{\"counter\":\"7\",\"small\":\"-8\",\"flag\":\"true\",\"ratio\":\"1.5\"}";
    SampleState state = JSON.fromJson(json, SampleState.class);
    assertThat(state.counter).isEqualTo(7);
    assertThat(state.small).isEqualTo(-8);
    assertThat(state.flag).isTrue();
    assertThat(state.ratio).isEqualTo(1.5);
    assertThat(JSON.fromJson("{\"counter\":7.0,\"name\":5}", SampleState.class).counter)
        .isEqualTo(7);
    assertThat(JSON.fromJson("{\"name\":5}", SampleState.class).name).isEqualTo("5");
  }

  @Test
  void readsWholeNumbersOfUntypedValuesAsLongs() {
    String json = "{\"anything\":{\"a\":1,\"b\":1.5,\"c\":[2],\"d\":\"3\",\"e\":true}}";
    SampleState state = JSON.fromJson(json, SampleState.class);
    assertThat(state.anything)
        .containsEntry("a", 1L)
        .containsEntry("b", 1.5)
        .containsEntry("c", List.of(2L))
        .containsEntry("d", "3")
        .containsEntry("e", true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"counter\":\"x\"}|counter",
        "{\"counter\":1.5}|counter",
        "{\"counter\":{}}|counter",
        "{\"counter\":99999999999999999999}|counter",
        "{\"small\":3000000000}|small",
        "{\"small\":1e999999999}|small",
        "{\"name\":{}}|name",
        "{\"name\":[1]}|name",
        "{\"flag\":\"perhaps\"}|flag",
        "{\"colour\":\"BLUE\"}|colour",
        "{\"colour\":1}|colour",
        "{\"tags\":\"no list\"}|tags",
        "{\"tags\":[{}]}|tags[0]",
        "{\"address\":{\"number\":\"x\"}}|address.number",
        "{\"keyValues\":{\"k\":[]}}|keyValues.k",
        "{\"date\":\"yesterday\"}|date",
        "{\"blob\":\"***\"}|blob",
        "{\"uuid\":\"1\"}|uuid",
        "{\"uri\":\"a b\"}|uri",
      })
  void namesTheFieldThatDoesNotFit(String json, String field) {
    assertThatThrownBy(() -> JSON.fromJson(json.getBytes(UTF_8), SampleState.class))
        .isInstanceOfSatisfying(
            MalformedJsonException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageStartingWith("field '" + field + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|expected an object, not an array",
        "5|expected an object, not a number",
        "{\"counter\":\"x\"}|field 'counter': 'x' is not a whole number",
        "{\"counter\":99999999999999999999}|field 'counter': Numeric value (99999999999999999999) out of range",
        "{\"name\":[1]}|field 'name': expected a string, not an array",
        "{\"flag\":\"perhaps\"}|field 'flag': 'perhaps' is not true or false",
        "{\"colour\":\"BLUE\"}|field 'colour': 'BLUE' is not one of RED",
        "{\"tags\":\"no list\"}|field 'tags': expected an array, not a string",
        "{\"address\":[]}|field 'address': expected an object, not an array",
        "{\"uuid\":\"1\"}|field 'uuid': '1' is not a UUID",
        "{\"date\":\"yesterday\"}|field 'date': 'yesterday' is not a date or time",
        "{\"name\"|Unparseable JSON body: Unexpected end",
        "nonsense|Unparseable JSON body: Unrecognized token 'nonsense'",
      })
  void saysWhatIsWrongInWordsOfJson(String json, String words) {
    assertThatThrownBy(() -> JSON.fromJson(json.getBytes(UTF_8), SampleState.class))
        .hasMessageStartingWith(words);
    assertThatThrownBy(() -> JSON.fromJson(json, SampleState.class))
        .message()
        .doesNotContain("io.cairn", "java.", "tools.jackson", "JsonToken", "`");
  }

  @Test
  void saysThatNestingIsTooDeepWithoutNamingTheLibrary() {
    assertThatThrownBy(() -> JSON.readTree("[".repeat(100_000)))
        .message()
        .contains("depth")
        .doesNotContain("StreamReadConstraints", "`");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{}}",
        "{\"name\":\"a\"}}",
        "{\"name\":}",
        "{\"name\"",
        "{\"a\":1}{}",
        "null",
        "[",
        "nonsense",
        "{\"name\":\"a",
        "{:}",
        "{a:[}",
        "{\"a\" 1}",
        "/* only */",
        "{\"name\":\"\\q\"}",
        "{\"name\":\"\\u12\"}"
      })
  void refusesWhatIsNoJson(String json) {
    assertThatThrownBy(() -> JSON.fromJson(json.getBytes(UTF_8), SampleState.class))
        .isInstanceOf(MalformedJsonException.class)
        .message()
        .matches("(?s)(Unparseable JSON body|expected an object, not an array).*");
    assertThatThrownBy(() -> JSON.fromJson(json, SampleState.class))
        .isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ requestType=LOGIN }|{\"requestType\":\"LOGIN\"}",
        "{ email=foo@bar.com }|{\"email\":\"foo@bar.com\"}",
        "{'a' => 'it\\'s \"x\"'; b: [1, 2.5, true, null, -0]}"
            + "|{\"a\":\"it's \\\"x\\\"\",\"b\":[1,2.5,true,null,-0]}",
        "{a:{b:c}} // end|{\"a\":{\"b\":\"c\"}}",
        "{/* c */a:1,# d}|",
        "[a,'b',]|[\"a\",\"b\"]",
        "{a:01}|{\"a\":\"01\"}",
      })
  void rewritesTheLenientDialect(String lenient, String strict) {
    assertThat(LenientJson.toStrict(lenient)).isEqualTo(strict);
  }

  @Test
  void readsTheLenientDialectOnlyWhereStrictJsonFails() {
    SampleState state = JSON.fromJson("{name='x'; counter=>\"7\"; flag=true}", SampleState.class);
    assertThat(state.name).isEqualTo("x");
    assertThat(state.counter).isEqualTo(7);
    assertThat(state.flag).isTrue();
    assertThatThrownBy(() -> JSON.fromJson("{counter=x}", SampleState.class))
        .isInstanceOfSatisfying(
            MalformedJsonException.class, e -> assertThat(e.field()).isEqualTo("counter"));
  }

  @Test
  void readsAndWritesRecords() {
    Order order = new Order("c", 3, List.of("a"), null);
    assertThat(JSON.toJson(order)).isEqualTo("{\"customer\":\"c\",\"amount\":3,\"items\":[\"a\"]}");
    String document = "{\"customer\":\"c\",\"documentVersion\":4,\"amount\":3,\"items\":[\"a\"]}";
    assertThat(JSON.fromJson(document, Order.class)).isEqualTo(order);
  }

  @Test
  void treesKeepDecimalsExactly() {
    String json = "{\"a\":0.10000000000000000001,\"b\":123456789012345678901234567890,\"c\":null}";
    JsonNode tree = JSON.readTree(json);
    assertThat(JSON.toJson(tree)).isEqualTo(json);
  }

  @Test
  void embedsSerializedDocuments() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", new RawJson("{\"x\":\"é\"}".getBytes(UTF_8)));
    map.put("b", 1);
    assertThat(JSON.toJson(map)).isEqualTo("{\"a\":{\"x\":\"é\"},\"b\":1}");
  }

  @Test
  void printsPrettyWithTwoSpaces() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", List.of(1, Map.of()));
    map.put("b", new RawJson("{\"x\":[]}".getBytes(UTF_8)));
    assertThat(JSON.toJsonPretty(map))
        .isEqualTo("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"x\": []\n  }\n}");
  }

  @Test
  void leavesOutWhatTheOptionsExclude() {
    SampleState state = new SampleState();
    state.name = "n";
    state.secret = "pw";
    state.documentKind = "k";
    assertThat(JSON.toJson(state)).contains("pw", "documentKind");
    assertThat(JSON.toJson(EnumSet.of(JsonOption.EXCLUDE_SENSITIVE, JsonOption.COMPACT), state))
        .contains("documentKind")
        .doesNotContain("pw");
    assertThat(JSON.toJson(EnumSet.allOf(JsonOption.class), state))
        .isEqualTo("{\"name\":\"n\",\"small\":0,\"flag\":false,\"ratio\":0.0}");
    assertThat(JSON.toJson(Set.of(JsonOption.EXCLUDE_BUILTIN), state)).contains("\n  \"secret\"");
  }

  @Test
  void boundsOfRangesHaveTheClassOfTheirType() {
    QueryTask task =
        JSON.fromJson(
            "{\"querySpec\":{\"query\":{\"occurance\":\"MUST_OCCUR\",\"booleanClauses\":["
                + "{\"term\":{\"propertyName\":\"a\",\"range\":{\"type\":\"LONG\",\"min\":\"5\","
                + "\"isMinInclusive\":\"true\",\"precisionStep\":16}}},"
                + "{\"term\":{\"propertyName\":\"b\",\"range\":{\"type\":\"DOUBLE\",\"max\":5}}},"
                + "{\"term\":{\"propertyName\":\"c\",\"range\":{\"max\":5.5}}}]},"
                + "\"options\":[\"COUNT\"]}}",
            QueryTask.class);
    NumericRange<?> whole = task.querySpec.query.booleanClauses.get(0).term.range;
    assertThat(whole.min).isEqualTo(5L);
    assertThat(whole.max).isNull();
    assertThat(whole.isMinInclusive).isTrue();
    assertThat(task.querySpec.query.booleanClauses.get(1).term.range.max).isEqualTo(5.0);
    assertThat(task.querySpec.query.booleanClauses.get(2).term.range.max).isEqualTo(5.5);
    QueryTask again = JSON.copy(task);
    assertThat(again).usingRecursiveComparison().isEqualTo(task);
  }

  @Test
  void openRangesOfDoublesSurviveJson() {
    NumericRange<Double> range = NumericRange.createLessThanRange(-1.5);
    assertThat(JSON.copy(range)).usingRecursiveComparison().isEqualTo(range);
  }

  static SampleState full() {
    SampleState state = new SampleState();
    state.name = "näme \"quoted\" <b>&'= \uD83D\uDE00";
    state.counter = Long.MIN_VALUE;
    state.small = 3;
    state.flag = true;
    state.ratio = 0.1;
    state.maybe = -0.0;
    state.colour = Colour.GREEN;
    state.colours = EnumSet.of(Colour.RED);
    state.tags = new java.util.ArrayList<>(Arrays.asList("a", "b"));
    state.keyValues = new LinkedHashMap<>(Map.of("x", "1"));
    state.anything = new LinkedHashMap<>(Map.of("n", 5L));
    state.numbers = new LinkedHashSet<>(List.of(2, 1));
    state.address = new SampleState.Address();
    state.address.street = "s";
    state.blob = new byte[] {(byte) 0xfb, (byte) 0xff};
    state.date = new Date(1500);
    state.instant = Instant.parse("2026-01-02T03:04:05.000006Z");
    state.zoned = ZonedDateTime.parse("2026-01-02T03:04:05+01:00[Europe/Berlin]");
    state.uri = URI.create("http://localhost:1/x?y=z");
    state.uuid = new UUID(1, 2);
    state.path = Path.of("/tmp/a b");
    state.parentLink = "/p";
    state.childLinks = new java.util.ArrayList<>(List.of("/c"));
    state.secret = "pw";
    state.javaName = "r";
    state.volatileNote = "v";
    state.documentVersion = 5;
    state.documentSelfLink = "/a/b";
    return state;
  }
}
