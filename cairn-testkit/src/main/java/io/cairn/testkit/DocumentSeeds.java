// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes documents of files: a {@code .json} file holds one document, named as the file is unless it
 * names itself, or an array of them; a {@code .ndjson} file holds one in each line. Stateless.
 */
final class DocumentSeeds {

  private static final String CLASSPATH = "classpath:";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpProbe http;
  private final String factory;
  private final Set<String> fields;

  /** One document to be, and where it stands. */
  private record Seed(String where, ObjectNode body) {}

  DocumentSeeds(HttpProbe http, String factory) {
    this.http = http;
    this.factory = factory;
    this.fields = fields(http, factory);
  }

  /** The names that a document of the factory can have; empty if the factory does not say. */
  private static Set<String> fields(HttpProbe http, String factory) {
    try {
      Answer template = http.get(factory + "/template");
      Set<String> names = new TreeSet<>();
      if (template.isSuccess()) {
        for (JsonNode document : template.json().path("documents")) {
          names.addAll(
              document.path("documentDescription").path("propertyDescriptions").propertyNames());
        }
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Creates the documents.
   *
   * @param source a file, a directory, or either on the class path after {@code classpath:}
   * @return their links, in the order of the files' names and of their lines
   * @throws AssertionError that names the file and the line that does not fit
   */
  List<String> plant(String source) {
    try {
      if (!source.startsWith(CLASSPATH)) {
        return plant(Path.of(source));
      }
      String name = source.substring(CLASSPATH.length());
      URL found = Thread.currentThread().getContextClassLoader().getResource(name);
      if (found == null) {
        throw new AssertionError("There is no resource %s on the class path".formatted(name));
      }
      URI uri = found.toURI();
      if (!"jar".equals(uri.getScheme())) {
        return plant(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return plant(jar.getPath(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The documents of %s cannot be read".formatted(source), e);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(source + " has no address", e);
    }
  }

  private List<String> plant(Path source) throws IOException {
    List<Path> files;
    if (Files.isDirectory(source)) {
      try (Stream<Path> all = Files.list(source)) {
        files = all.filter(DocumentSeeds::holdsDocuments).sorted().toList();
      }
    } else {
      files = List.of(source);
    }
    if (files.isEmpty() || !Files.exists(files.getFirst())) {
      throw new AssertionError(
          "There are no documents at %s: no file, and no directory with files named .json or .ndjson"
              .formatted(source.toAbsolutePath()));
    }
    List<String> links = new ArrayList<>();
    for (Path file : files) {
      for (Seed seed : read(file)) {
        links.add(plant(seed));
      }
    }
    return links;
  }

  private static boolean holdsDocuments(Path file) {
    return file.toString().endsWith(".json") || file.toString().endsWith(".ndjson");
  }

  private static List<Seed> read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    List<Seed> seeds = new ArrayList<>();
    if (file.toString().endsWith(".ndjson")) {
      int number = 0;
      for (String line : text.lines().toList()) {
        number++;
        if (!line.isBlank()) {
          String where = file + ", line " + number;
          seeds.add(new Seed(where, object(where, parse(file, line, number))));
        }
      }
    } else if (parse(file, text, 1) instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        String where = "%s, element %d of the array".formatted(file, i + 1);
        seeds.add(new Seed(where, object(where, array.get(i))));
      }
    } else {
      ObjectNode document = object(file.toString(), parse(file, text, 1));
      if (!document.has(ServiceDocument.FIELD_NAME_SELF_LINK)) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        document.put(ServiceDocument.FIELD_NAME_SELF_LINK, dot < 0 ? name : name.substring(0, dot));
      }
      seeds.add(new Seed(file.toString(), document));
    }
    return seeds;
  }

  /** The mapper of documents says neither line nor column of what is no JSON. */
  private static JsonNode parse(Path file, String text, int firstLine) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? firstLine : firstLine - 1 + e.getLocation().getLineNr();
      int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
      throw new AssertionError(
          "%s, line %d, column %d: this is no JSON: %s"
              .formatted(file, line, column, e.getOriginalMessage()),
          e);
    }
  }

  private static ObjectNode object(String where, JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new AssertionError("%s: a document is a JSON object, not %s".formatted(where, node));
  }

  private String plant(Seed seed) throws IOException {
    for (String name : seed.body().propertyNames()) {
      if (!fields.isEmpty() && !fields.contains(name) && !name.startsWith("document")) {
        throw new AssertionError(
            "%s: documents of %s have no field %s%s"
                .formatted(
                    seed.where(),
                    factory,
                    name,
                    NearestName.of(fields.stream(), name)
                        .map(like -> ". Is %s meant?".formatted(like))
                        .orElse("")));
      }
    }
    Answer answer = http.post(factory, seed.body().toString());
    if (!answer.isSuccess()) {
      throw new AssertionError(
          "%s: POST %s was answered with %d: %s"
              .formatted(seed.where(), factory, answer.status(), message(answer)));
    }
    return answer.json().get(ServiceDocument.FIELD_NAME_SELF_LINK).asString();
  }

  private static String message(Answer answer) {
    try {
      return String.valueOf(answer.as(ServiceErrorResponse.class).message);
    } catch (IllegalArgumentException e) {
      return answer.text();
    }
  }
}
