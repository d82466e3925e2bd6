// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.DocumentKinds;
import io.cairn.document.DocumentSignature;
import io.cairn.document.HybridClock;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.ServiceStateCollectionUpdateRequest;
import io.cairn.document.ServiceStateMapUpdateRequest;
import io.cairn.document.StateMerge;
import io.cairn.document.StateValidation;
import io.cairn.service.logging.LogSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Small functions that services use everywhere: JSON, kinds, merging, validation, time. A facade
 * over the classes that do the work; all functions are thread-safe.
 */
public final class Utils {
  public static final String CHARSET = "UTF-8";

  /** A number of threads for work that computes. */
  public static final int DEFAULT_THREAD_COUNT =
      Math.max(4, Runtime.getRuntime().availableProcessors());

  /** Update times that differ by no more than this may be of the same moment. */
  public static final long DEFAULT_TIME_DRIFT_THRESHOLD_MICROS = TimeUnit.SECONDS.toMicros(60);

  /** Of the whole process: documents, statistics and ids of every host in it are ordered. */
  private static final HybridClock CLOCK = new HybridClock(HybridClock::systemMicros);

  private static final DocumentJson JSON = DocumentJson.standard();

  private static final ClassValue<ServiceDocumentDescription> DESCRIPTIONS =
      new ClassValue<>() {
        @Override
        protected ServiceDocumentDescription computeValue(Class<?> type) {
          return ServiceDocumentDescription.Builder.create().buildDescription(type);
        }
      };

  private Utils() {}

  // ---- JSON

  /** {@code body} as JSON on one line; text and bytes count as JSON already. */
  public static String toJson(@Nullable Object body) {
    return body != null && isJson(body) ? jsonText(body) : JSON.toJson(body);
  }

  /** {@code body} as JSON with parts left out. */
  public static String toJson(Set<JsonOption> options, @Nullable Object body) {
    return JSON.toJson(options, body);
  }

  /**
   * {@code body} as JSON with parts left out.
   *
   * @param hideSensitive leaves out what is declared SENSITIVE
   * @param prettyPrint indents the text, for people
   */
  public static String toJson(boolean hideSensitive, boolean prettyPrint, @Nullable Object body) {
    EnumSet<JsonOption> options = EnumSet.noneOf(JsonOption.class);
    if (hideSensitive) {
      options.add(JsonOption.EXCLUDE_SENSITIVE);
    }
    if (!prettyPrint) {
      options.add(JsonOption.COMPACT);
    }
    return toJson(options, body);
  }

  /** {@code body} as indented JSON for people. */
  public static String toJsonHtml(@Nullable Object body) {
    return body != null && isJson(body) ? jsonText(body) : JSON.toJsonPretty(body);
  }

  /** {@code body} as UTF-8 JSON on one line. */
  public static byte[] toJsonBytes(@Nullable Object body) {
    return switch (body) {
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case null, default -> JSON.toBytes(body);
    };
  }

  /**
   * Reads JSON.
   *
   * @param json text, UTF-8 bytes, a tree, or an object to be taken as another type
   * @throws IllegalArgumentException if it cannot be read as {@code type}
   */
  public static <T> T fromJson(Object json, Class<T> type) {
    return switch (json) {
      case String text -> JSON.fromJson(text, type);
      case byte[] bytes -> JSON.fromJson(bytes, type);
      case RawJson raw -> JSON.fromJson(raw.utf8(), type);
      default -> JSON.convert(json, type);
    };
  }

  /** As the form with a class, of a type with type arguments, such as a list of something. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T fromJson(Object json, Type type) {
    return (T) JSON.convert(fromJson(json, JsonNode.class), type);
  }

  /** As the form with a class, of a type with type arguments, such as a list of something. */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public static <T> @Nullable T getJsonMapValue(Object json, String key, Type type) {
    JsonNode value = fromJson(json, JsonNode.class).get(key);
    return value == null || value.isNull() ? null : fromJson(value, type);
  }

  /** The field {@code key} of a JSON object as {@code type}; null if it is absent or null. */
  public static <T> @Nullable T getJsonMapValue(Object json, String key, Class<T> type) {
    JsonNode value = fromJson(json, JsonNode.class).get(key);
    return value == null || value.isNull() ? null : JSON.convert(value, type);
  }

  /** An independent deep copy. */
  public static <T> T clone(T object) {
    return JSON.copy(object);
  }

  /** The same as {@link #clone(Object)}. */
  public static <T> T cloneObject(T object) {
    return JSON.copy(object);
  }

  static boolean isJson(Object body) {
    return body instanceof String || body instanceof byte[] || body instanceof RawJson;
  }

  static String jsonText(Object json) {
    return switch (json) {
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case RawJson raw -> new String(raw.utf8(), StandardCharsets.UTF_8);
      default -> json.toString();
    };
  }

  // ---- kinds and signatures

  /** The kind of {@code type}. */
  public static String buildKind(Class<?> type) {
    return DocumentKinds.shared().kindOf(type);
  }

  /**
   * Makes {@code kind} lead to {@code type}.
   *
   * @return the kind
   */
  public static String registerKind(Class<?> type, String kind) {
    DocumentKinds.shared().register(type, kind);
    return kind;
  }

  /** The class registered under {@code kind}, or null. */
  public static @Nullable Class<?> getTypeFromKind(String kind) {
    return DocumentKinds.shared().typeOf(kind).orElse(null);
  }

  /** The same as {@link #buildKind(Class)}. */
  public static String toDocumentKind(Class<?> type) {
    return buildKind(type);
  }

  /** The kind that a class name in Java's notation stands for. */
  public static String toDocumentKind(String className) {
    return className.replace('.', ':').replace('$', ':');
  }

  /** Hash of what the document says, without what the runtime adds. */
  public static String computeSignature(
      ServiceDocument document, ServiceDocumentDescription description) {
    return DocumentSignature.of(description).sign(document);
  }

  // ---- merging

  /** Takes over the marked fields of {@code patch}; true if {@code source} changed. */
  public static <T> boolean mergeWithState(
      ServiceDocumentDescription description, T source, T patch) {
    return StateMerge.mergeWithState(description, source, patch);
  }

  /**
   * Applies the body of {@code op} if it is a request to change collections or maps.
   *
   * @return whether it was one; any other body is left to the caller
   */
  public static <T extends ServiceDocument> boolean mergeWithState(T currentState, Operation op) {
    return switch (specialRequest(op)) {
      case ServiceStateCollectionUpdateRequest collections -> {
        updateCollections(currentState, collections);
        yield true;
      }
      case ServiceStateMapUpdateRequest maps -> {
        updateMaps(currentState, maps);
        yield true;
      }
      case null, default -> false;
    };
  }

  /** Applies the body of {@code op}: a special request, or a partial document of {@code type}. */
  public static <T extends ServiceDocument> EnumSet<StateMerge.MergeResult> mergeWithStateAdvanced(
      ServiceDocumentDescription description, T currentState, Class<T> type, Operation op) {
    Object special = specialRequest(op);
    Object body = special != null ? special : op.getBody(type);
    return StateMerge.mergeWithStateAdvanced(description, currentState, body);
  }

  /** Removes items from, then adds items to, collections; true if the state changed. */
  public static <T extends ServiceDocument> boolean updateCollections(
      T currentState, ServiceStateCollectionUpdateRequest request) {
    return StateMerge.updateCollections(
        DESCRIPTIONS.get(currentState.getClass()), currentState, request);
  }

  /** Removes keys from, then puts entries into, maps; true if the state changed. */
  public static <T extends ServiceDocument> boolean updateMaps(
      T currentState, ServiceStateMapUpdateRequest request) {
    return StateMerge.updateMaps(DESCRIPTIONS.get(currentState.getClass()), currentState, request);
  }

  private static @Nullable Object specialRequest(Operation op) {
    Object body = op.getBodyRaw();
    if (body == null || body instanceof ServiceDocument) {
      return null;
    }
    if (!isJson(body) && !(body instanceof JsonNode)) {
      return body;
    }
    JsonNode tree = fromJson(body, JsonNode.class);
    return switch (tree.path("kind").asString("")) {
      case ServiceStateCollectionUpdateRequest.KIND ->
          op.getBody(ServiceStateCollectionUpdateRequest.class);
      case ServiceStateMapUpdateRequest.KIND -> op.getBody(ServiceStateMapUpdateRequest.class);
      default -> null;
    };
  }

  // ---- validation

  /**
   * Gives absent required identifiers a value and refuses a state that lacks another required
   * field.
   *
   * @throws IllegalArgumentException naming the field
   */
  public static void validateState(ServiceDocumentDescription description, ServiceDocument state) {
    StateValidation.validateState(description, state);
  }

  /**
   * Fails {@code post} if the options of {@code service} exclude each other; true if they agree.
   */
  public static boolean validateServiceOptions(ServiceHost host, Service service, Operation post) {
    String conflict = ServiceOptionRules.conflictIn(service.getOptions());
    if (conflict == null) {
      return true;
    }
    String where = service.getSelfLink() == null ? "" : " (" + service.getSelfLink() + ")";
    post.fail(new IllegalArgumentException(conflict + where));
    return false;
  }

  /** Whether {@code failure} blames the request. */
  public static boolean isValidationError(Throwable failure) {
    return OperationFailure.unwrap(failure) instanceof IllegalArgumentException;
  }

  /** The standard body of {@code failure}, with the status it has when nobody chooses another. */
  public static ServiceErrorResponse toServiceErrorResponse(Throwable failure) {
    Throwable cause = OperationFailure.unwrap(failure);
    return ServiceErrorResponse.create(cause, OperationFailure.statusOf(cause));
  }

  /** The standard body of an invalid request, in the language that {@code op} asks for. */
  public static ServiceErrorResponse toValidationErrorResponse(Throwable failure, Operation op) {
    ServiceErrorResponse response =
        OperationFailure.toResponse(op, OperationFailure.unwrap(failure));
    response.statusCode = Operation.STATUS_CODE_BAD_REQUEST;
    return response;
  }

  /** The stack trace as text; {@code "null"} for null. */
  public static String toString(@Nullable Throwable failure) {
    if (failure == null) {
      return "null";
    }
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** All stack traces as text. */
  public static String toString(@Nullable Map<?, Throwable> failures) {
    if (failures == null) {
      return "null";
    }
    StringBuilder text = new StringBuilder();
    failures.forEach((key, failure) -> text.append(key).append(": ").append(toString(failure)));
    return text.toString();
  }

  // ---- time and identity

  /** The clock that this process stamps documents with. */
  public static HybridClock clock() {
    return CLOCK;
  }

  /** Microseconds since the epoch, different from and later than every earlier answer. */
  public static long getNowMicrosUtc() {
    return CLOCK.now();
  }

  /** Microseconds since the epoch by the wall clock, which may step back. */
  public static long getSystemNowMicrosUtc() {
    return HybridClock.systemMicros();
  }

  /** The time {@code deltaMicros} from now; negative for the past. */
  public static long fromNowMicrosUtc(long deltaMicros) {
    return getSystemNowMicrosUtc() + deltaMicros;
  }

  /** Whether the time {@code micros} has passed. */
  public static boolean beforeNow(long micros) {
    return micros < getSystemNowMicrosUtc();
  }

  /** How far two update times may lie apart and still count as equal. */
  public static long getTimeComparisonEpsilonMicros() {
    return DEFAULT_TIME_DRIFT_THRESHOLD_MICROS;
  }

  /** A random identifier. */
  public static String buildUUID() {
    return UUID.randomUUID().toString();
  }

  /** {@code prefix} followed by the present time in hex: unique in this process, and sorted. */
  public static String buildUUID(String prefix) {
    return prefix + Long.toHexString(getNowMicrosUtc());
  }

  // ---- logging

  /** Writes a warning; the message is a format string when arguments are given. */
  public static void logWarning(String message, @Nullable Object... args) {
    log(Utils.class, "", Level.WARNING, message, args);
  }

  /**
   * Writes to the log of a class.
   *
   * @param prefix stands in brackets in front of the message: the link of a service, for example
   */
  public static void log(
      Class<?> type, String prefix, Level level, String message, @Nullable Object... args) {
    log(type, prefix, level, () -> LogSource.format(message, args));
  }

  /** As the other form, building the message only when it is written. */
  public static void log(Class<?> type, String prefix, Level level, Supplier<String> message) {
    LogSource.write(
        LoggerFactory.getLogger(type),
        level,
        () -> (prefix.isEmpty() ? "" : "[" + prefix + "] ") + message.get());
  }

  // ---- compression

  /** Compresses with gzip. */
  public static byte[] compressGZip(byte[] data) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(data.length / 2 + 32);
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail to write
    }
    return compressed.toByteArray();
  }

  /**
   * Expands what gzip compressed.
   *
   * @param maxBytes the most it may expand to, so that a small body cannot fill the memory
   * @throws IllegalArgumentException if it is not gzip or expands to more
   */
  public static byte[] decompressGZip(byte[] data, int maxBytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(data))) {
      byte[] expanded = in.readNBytes(maxBytes);
      if (expanded.length == maxBytes && in.read() >= 0) {
        throw new IllegalArgumentException("gzip content exceeds " + maxBytes + " bytes");
      }
      return expanded;
    } catch (IOException e) {
      throw new IllegalArgumentException("not gzip content: " + e.getMessage(), e);
    }
  }
}
