// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.json.FiniteNumbers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** The types whose JSON form differs from Jackson's, and the order of fields. */
final class DocumentModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  DocumentModule(Set<JsonOption> options) {
    super("cairn-documents");
    setSerializerModifier(new FieldOrder(options));
    // Keeps the order of a set through reading and writing, so that its signature stays the same.
    addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    addSerializer(RawJson.class, new RawJsonWriter());
    addSerializer(Date.class, new DateWriter());
    addDeserializer(Date.class, new DateReader());
    addSerializer(Path.class, new PathWriter());
    addDeserializer(Path.class, new PathReader());
    addDeserializer(long.class, new WholeNumberReader<>(Long.TYPE));
    addDeserializer(Long.class, new WholeNumberReader<>(Long.class));
    addDeserializer(Number.class, new FreeNumberReader());
    addDeserializer(double.class, new FiniteNumbers.DoubleReader(Double.TYPE, 0.0));
    addDeserializer(Double.class, new FiniteNumbers.DoubleReader(Double.class, null));
    addDeserializer(float.class, new FiniteNumbers.FloatReader(Float.TYPE, 0f));
    addDeserializer(Float.class, new FiniteNumbers.FloatReader(Float.class, null));
    addDeserializer(int.class, new WholeNumberReader<>(Integer.TYPE));
    addDeserializer(Integer.class, new WholeNumberReader<>(Integer.class));
  }

  private static final class RawJsonWriter extends ValueSerializer<RawJson> {
    @Override
    public void serialize(RawJson value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(new RawUtf8(value.utf8()));
    }
  }

  @SuppressWarnings("JavaUtilDate") // author classes of the predecessor have such fields
  private static final class DateWriter extends ValueSerializer<Date> {
    @Override
    public void serialize(Date value, JsonGenerator out, SerializationContext context) {
      out.writeString(DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(value.getTime())));
    }
  }

  @SuppressWarnings("JavaUtilDate") // author classes of the predecessor have such fields
  private static final class DateReader extends ValueDeserializer<Date> {
    @Override
    public Date deserialize(JsonParser in, DeserializationContext context) {
      if (in.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return new Date(in.getLongValue());
      }
      String text = in.getValueAsString();
      if (text == null) {
        return (Date) context.handleUnexpectedToken(Date.class, in);
      }
      try {
        return Date.from(DateTimeFormatter.ISO_DATE_TIME.parse(text, Instant::from));
      } catch (DateTimeException e) {
        return (Date) context.handleWeirdStringValue(Date.class, text, "not an ISO 8601 instant");
      }
    }
  }

  private static final class PathWriter extends ValueSerializer<Path> {
    @Override
    public void serialize(Path value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.toString());
    }
  }

  private static final class PathReader extends ValueDeserializer<Path> {
    @Override
    public Path deserialize(JsonParser in, DeserializationContext context) {
      String text = in.getValueAsString();
      if (text == null) {
        return (Path) context.handleUnexpectedToken(Path.class, in);
      }
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        return (Path) context.handleWeirdStringValue(Path.class, text, "not a path");
      }
    }
  }
}
