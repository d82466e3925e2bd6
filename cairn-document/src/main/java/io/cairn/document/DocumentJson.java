// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.json.FiniteNumbers;
import io.cairn.document.json.JsonLimits;
import io.cairn.document.json.LenientJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.document.json.Mistakes;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents to JSON and back.
 *
 * <p>Objects are read and written by their public fields, records by their components, trees as
 * they are. Null fields are left out, primitives are always written, unknown fields are ignored,
 * the last of several fields with the same name wins, and numbers and booleans may be given as
 * strings. A body that is not strict JSON is tried once more as the lenient dialect of {@link
 * LenientJson}. Nesting, numbers, names, strings and the whole are bounded, see {@link JsonLimits}.
 * Thread-safe.
 */
public final class DocumentJson {
  private static final DocumentJson STANDARD = new DocumentJson();
  private static final int LARGEST_EXAMINED = 64 << 10;

  /** What to leave out of, or how to lay out, JSON text. */
  public enum JsonOption {
    /** Leave out the fields whose class declares them as {@code SENSITIVE}. */
    EXCLUDE_SENSITIVE,
    /** Leave out the fields that {@link ServiceDocument} declares. */
    EXCLUDE_BUILTIN,
    /** One line; without it the text is indented by two spaces. */
    COMPACT
  }

  private final JsonMapper mapper = DocumentMappers.create(Set.of());
  private final JsonMapper withoutSensitive =
      DocumentMappers.create(Set.of(JsonOption.EXCLUDE_SENSITIVE));
  private final JsonMapper withoutBuiltIn =
      DocumentMappers.create(Set.of(JsonOption.EXCLUDE_BUILTIN));
  private final JsonMapper withoutBoth =
      DocumentMappers.create(Set.of(JsonOption.EXCLUDE_SENSITIVE, JsonOption.EXCLUDE_BUILTIN));

  /** Trees keep decimals exactly as they were written: patching must not round other fields. */
  private final ObjectReader treeReader =
      mapper
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(DeserializationFeature.USE_LONG_FOR_INTS);

  private final ClassValue<ObjectReader> readers =
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return JsonNode.class.isAssignableFrom(type) ? treeReader : mapper.readerFor(type);
        }
      };

  private DocumentJson() {}

  /** Returns the codec. */
  public static DocumentJson standard() {
    return STANDARD;
  }

  /**
   * Forgets how classes are read and written, so that those that nobody else knows can be unloaded.
   * What is read or written next takes a little longer.
   */
  public void forgetTypes() {
    List.of(mapper, withoutSensitive, withoutBuiltIn, withoutBoth).forEach(JsonMapper::clearCaches);
  }

  /** Writes {@code value} as UTF-8 JSON on one line. */
  public byte[] toBytes(@Nullable Object value) {
    return value instanceof RawJson raw ? raw.utf8() : write(mapper, value);
  }

  /** Writes {@code value} as JSON on one line. */
  public String toJson(@Nullable Object value) {
    return new String(toBytes(value), StandardCharsets.UTF_8);
  }

  /** Writes {@code value} with the given options; without COMPACT it is indented. */
  public String toJson(Set<JsonOption> options, @Nullable Object value) {
    byte[] json = write(mapperFor(options), value);
    return options.contains(JsonOption.COMPACT)
        ? new String(json, StandardCharsets.UTF_8)
        : pretty(json);
  }

  /** Writes {@code value} indented by two spaces. */
  public String toJsonPretty(@Nullable Object value) {
    return pretty(toBytes(value));
  }

  /**
   * Reads an object.
   *
   * @throws MalformedJsonException when {@code json} is not JSON, exceeds a limit or does not fit
   */
  public <T> T fromJson(byte[] json, Class<T> type) {
    JsonLimits.requireUtf8(json);
    ObjectReader reader = readers.get(type);
    try {
      return read(() -> reader.<T>readValue(json));
    } catch (JacksonException e) {
      return fromLenient(new String(json, StandardCharsets.UTF_8), type, e);
    }
  }

  /**
   * Reads an object.
   *
   * @throws MalformedJsonException when {@code json} is not JSON, exceeds a limit or does not fit
   */
  public <T> T fromJson(String json, Class<T> type) {
    ObjectReader reader = readers.get(type);
    try {
      return read(() -> reader.<T>readValue(json));
    } catch (JacksonException e) {
      return fromLenient(json, type, e);
    }
  }

  /** Reads a tree. */
  public JsonNode readTree(byte[] json) {
    return fromJson(json, JsonNode.class);
  }

  /** Reads a tree. */
  public JsonNode readTree(String json) {
    return fromJson(json, JsonNode.class);
  }

  /** Turns an object into a tree. */
  public JsonNode toTree(@Nullable Object value) {
    return value instanceof JsonNode node ? node : readTree(toBytes(value));
  }

  /**
   * Turns a tree, map or object into an object of another type, as if it were written and read.
   *
   * @throws MalformedJsonException when it does not fit
   */
  public <T> T convert(Object value, Class<T> type) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    if (value instanceof String text) {
      return fromJson(text, type);
    }
    ObjectReader reader = readers.get(type);
    try {
      return read(() -> reader.<T>readValue(toBytes(value)));
    } catch (JacksonException e) {
      throw MalformedJsonException.ofTree(e);
    }
  }

  /**
   * Turns a value into one of a generic type, for example an item for a typed collection.
   *
   * @throws MalformedJsonException when it does not fit
   */
  public Object convert(Object value, Type type) {
    try {
      ObjectReader reader = mapper.readerFor(mapper.constructType(type));
      return read(() -> reader.<Object>readValue(toBytes(value)));
    } catch (JacksonException e) {
      throw MalformedJsonException.ofTree(e);
    }
  }

  /**
   * All values of a tree, map or object that do not fit a type.
   *
   * @return nothing found if there is more than 64 KiB of it: it is read once for each
   */
  public Mistakes mistakes(Object value, Class<?> type) {
    byte[] json = toBytes(value);
    return json.length > LARGEST_EXAMINED
        ? new Mistakes(List.of(), null)
        : Mistakes.in(readTree(json), tree -> readers.get(type).readValue(toBytes(tree)));
  }

  /** Returns a deep copy, made by writing and reading. */
  public <T> T copy(T value) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) value.getClass();
    return fromJson(toBytes(value), type);
  }

  private JsonMapper mapperFor(Set<JsonOption> options) {
    boolean sensitiveHidden = options.contains(JsonOption.EXCLUDE_SENSITIVE);
    boolean builtInHidden = options.contains(JsonOption.EXCLUDE_BUILTIN);
    if (sensitiveHidden) {
      return builtInHidden ? withoutBoth : withoutSensitive;
    }
    return builtInHidden ? withoutBuiltIn : mapper;
  }

  /**
   * Writes {@code value} as UTF-8 JSON on one line, with room behind it for what only the text
   * itself can tell, so that it need not be copied for that.
   *
   * @param room how many bytes of the answer, which are zero, belong to the caller
   */
  public byte[] toBytes(Object value, int room) {
    BufferRecycler buffers = mapper.tokenStreamFactory()._getBufferRecycler();
    try (ByteArrayBuilder out = new ByteArrayBuilder(buffers)) {
      mapper.writeValue(out, value);
      for (int i = 0; i < room; i++) {
        out.append(0);
      }
      return out.getClearAndRelease();
    } catch (StreamWriteException e) {
      byte[] json = write(mapper, value);
      return Arrays.copyOf(json, json.length + room);
    } finally {
      buffers.releaseToPool();
    }
  }

  private byte[] write(JsonMapper writer, @Nullable Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (StreamWriteException e) {
      // The byte generator refuses halves of surrogate pairs, which JSON may contain as escapes.
      return Surrogates.escapeUnpaired(writer.writeValueAsString(value));
    }
  }

  private String pretty(byte[] json) {
    java.io.StringWriter text = new java.io.StringWriter(json.length * 2);
    try (JsonParser parser = mapper.createParser(json);
        JsonGenerator generator =
            mapper.writer().with(DocumentMappers.prettyPrinter()).createGenerator(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isNumeric()) {
          // As it is spelled: 1E5 must not become 1E+5.
          generator.writeNumber(parser.getString());
        } else {
          generator.copyCurrentEventExact(parser);
        }
      }
    }
    return new String(Surrogates.escapeUnpaired(text.toString()), StandardCharsets.UTF_8);
  }

  private <T> T fromLenient(String json, Class<T> type, JacksonException strictError) {
    boolean syntax =
        strictError instanceof StreamReadException
            && !(strictError instanceof StreamConstraintsException);
    String strict = syntax ? LenientJson.toStrict(json) : null;
    if (strict == null) {
      throw MalformedJsonException.of(strictError);
    }
    try {
      return read(() -> readers.get(type).<T>readValue(strict));
    } catch (JacksonException e) {
      throw MalformedJsonException.of(e);
    }
  }

  /** Something that Jackson reads. */
  @FunctionalInterface
  private interface Reading<T> {
    @Nullable T read();
  }

  private static <T> T read(Reading<T> reading) {
    T value;
    try {
      value = reading.read();
    } catch (NumberFormatException e) { // thrown bare by Jackson for exponents beyond an int
      throw new MalformedJsonException(FiniteNumbers.BEYOND_ALL);
    }
    if (value == null) {
      throw new MalformedJsonException("null where a value is expected");
    }
    return value;
  }
}
