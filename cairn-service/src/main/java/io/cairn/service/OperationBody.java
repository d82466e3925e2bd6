// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.RawJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import io.cairn.service.http.EventSource.Events;
import io.cairn.service.http.MediaTypes;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.http.ServerSentEvent;
import io.cairn.service.validation.Constraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.temporal.Temporal;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads bodies, whatever form they arrived in, and answers with values, whatever form they have.
 */
final class OperationBody {

  private OperationBody() {}

  /** Text without markup, as everything else in UTF-8. */
  static final String TEXT_TYPE = "text/plain; charset=utf-8";

  /** Whether sharing {@code value} would let one side see the other's later changes. */
  static boolean isMutable(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case CharSequence text -> false;
      case Number number -> false;
      case Boolean bool -> false;
      case Enum<?> constant -> false;
      case UUID uuid -> false;
      case URI uri -> false;
      case Temporal time -> false;
      // By convention nobody writes to an array once it is a body: it is a file or a message.
      case byte[] bytes -> false;
      case RawJson json -> false;
      default -> true;
    };
  }

  /** The media type of a body that nobody has named one for. */
  static String typeOf(@Nullable Object body) {
    return switch (body) {
      case String text when !beginsAsJson(text.isBlank() ? ' ' : text.strip().charAt(0)) ->
          TEXT_TYPE;
      case byte[] bytes when bytes.length > 0 && !beginsAsJson((char) bytes[0]) ->
          OperationVocabulary.MEDIA_TYPE_APPLICATION_OCTET_STREAM;
      case null, default -> OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON;
    };
  }

  /** Stored documents are JSON objects; what authors set as text or bytes begins as they like. */
  private static boolean beginsAsJson(char first) {
    return first == '{' || first == '[' || first == '"';
  }

  static <T> T read(Operation op, Object body, Class<T> type) {
    if (body instanceof InputStream) {
      throw new IllegalStateException(
          "The body is read as it arrives: ask for an InputStream, not for a "
              + type.getSimpleName());
    }
    if (Utils.isJson(body)) {
      if (!op.isJsonContent()) {
        throw new IllegalArgumentException(
            "Unrecognized Content-Type for parsing request body: " + op.getContentType());
      }
      if (type == String.class) {
        return type.cast(Utils.jsonText(body));
      }
      try {
        return Utils.fromJson(body, type);
      } catch (MalformedJsonException e) {
        throw e.violations().isEmpty()
            ? e
            : Constraints.whole(Utils.fromJson(body, JsonNode.class), type, e);
      }
    }
    if (type == String.class) {
      return type.cast(Utils.toJson(body));
    }
    return Utils.fromJson(body, type);
  }

  /** The largest body that is gathered where the answer cannot be streamed: within the process. */
  private static final int LARGEST_GATHERED = 64 << 20;

  private static final String NDJSON = "application/x-ndjson";

  /**
   * Completes an operation with what a handler has returned.
   *
   * @param typed whether the content type is set; otherwise the value decides
   */
  static void answer(Operation op, boolean typed, @Nullable Object value) {
    switch (value) {
      case EventSource source -> sendEvents(op, source);
      case BodyWriter writer ->
          write(op, typed ? null : Operation.MEDIA_TYPE_APPLICATION_OCTET_STREAM, writer);
      case Stream<?> items -> write(op, typed ? null : formOf(op), out -> writeAll(op, items, out));
      case null, default -> {
        if (!typed) {
          op.setContentType(
              switch (value) {
                case String text -> TEXT_TYPE;
                case byte[] bytes -> Operation.MEDIA_TYPE_APPLICATION_OCTET_STREAM;
                case null, default -> Operation.MEDIA_TYPE_APPLICATION_JSON;
              });
        }
        op.setBodyNoCloning(value).complete();
      }
    }
  }

  /** Values as they come are lines, unless the client would rather have an array. */
  private static String formOf(Operation op) {
    return MediaTypes.choose(
            op.getRequestHeader(Operation.ACCEPT_HEADER),
            List.of(NDJSON, Operation.MEDIA_TYPE_APPLICATION_JSON))
        .orElse(NDJSON);
  }

  private static void writeAll(Operation op, Stream<?> items, OutputStream out) throws IOException {
    boolean array = !op.getContentType().startsWith(NDJSON);
    try (items) {
      Iterator<?> all = items.iterator();
      if (array) {
        out.write('[');
      }
      for (boolean first = true; all.hasNext(); first = false) {
        if (array && !first) {
          out.write(',');
        }
        out.write(Utils.toJsonBytes(all.next()));
        out.write('\n');
      }
      if (array) {
        out.write(']');
      }
    }
  }

  private static void write(Operation op, @Nullable String type, BodyWriter writer) {
    if (type != null) {
      op.setContentType(type);
    }
    LateBody body = new LateBody(op);
    OperationFailure.answering(
        op,
        () -> {
          writer.writeTo(body);
          body.end();
        });
  }

  /** Begins the answer when the first bytes are there: until then a failure has its own answer. */
  private static final class LateBody extends OutputStream {
    private final Operation op;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable OutputStream started;

    LateBody(Operation op) {
      this.op = op;
    }

    private OutputStream target() {
      OutputStream present = started;
      if (present == null) {
        present = op.canStream() ? op.startBody() : gathered;
        started = present;
      }
      return present;
    }

    @Override
    public void write(int b) throws IOException {
      target().write(b);
      checkGathered();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      target().write(bytes, offset, length);
      checkGathered();
    }

    private void checkGathered() throws IOException {
      if (gathered.size() > LARGEST_GATHERED) {
        throw new IOException("An answer within the process has at most 64 MiB: ask over HTTP");
      }
    }

    @Override
    public void flush() throws IOException {
      target().flush();
    }

    void end() throws IOException {
      OutputStream present = started;
      if (present == null || gathered.size() > 0) {
        op.setBodyNoCloning(gathered.toByteArray());
      } else {
        present.close();
      }
    }
  }

  private static void sendEvents(Operation op, EventSource source) {
    if (!op.canStream()) {
      op.fail(new IllegalArgumentException("Events are sent to clients over HTTP only"));
      return;
    }
    op.setExpiration(Long.MAX_VALUE);
    op.startEventStream();
    SentEvents events = new SentEvents(op);
    try {
      source.sendTo(events);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      events.end(e);
      return;
    } catch (Exception e) {
      events.end(e);
      return;
    }
    events.end(null);
  }

  /** The events of one operation. Its lock keeps those of several threads apart. */
  private static final class SentEvents implements Events {
    private final Operation op;
    private volatile boolean open = true;

    SentEvents(Operation op) {
      this.op = op;
    }

    @Override
    public synchronized void send(ServerSentEvent event) throws IOException {
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      op.sendServerSentEvent(event.setCompletionCallback(failure::set));
      Throwable lost = failure.get();
      if (lost != null) {
        open = false;
        throw new IOException(lost.getMessage(), lost);
      }
    }

    @Override
    public void send(String name, Object data) throws IOException {
      send(new ServerSentEvent().setEvent(name).setData(Utils.toJson(data)));
    }

    @Override
    public boolean isOpen() {
      return open && !op.isCancelled();
    }

    @Override
    public Optional<String> lastEventId() {
      return Optional.ofNullable(op.getRequestHeader(Operation.LAST_EVENT_ID_HEADER));
    }

    void end(@Nullable Exception failure) {
      if (failure == null || (failure instanceof IOException && !isOpen())) {
        op.complete();
      } else {
        op.fail(failure);
      }
    }
  }
}
