// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import java.net.URI;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document with a field of every kind, for requests that get each of them wrong. */
public final class EveryFieldService extends StatefulService {

  public static final String FACTORY_LINK = "/test/every-field";

  /** A choice. */
  public enum Colour {
    RED,
    GREEN
  }

  /** A part of the document. */
  public static final class Part {
    public @Nullable String name;
    public int size;
    public List<Part> parts = new ArrayList<>();
  }

  /** The document. */
  public static final class EveryFieldState extends ServiceDocument {
    public boolean flag;
    public int number;
    public long count;
    public double ratio;
    public @Nullable Long boxed;
    public @Nullable String text;
    public @Nullable Date date;
    public @Nullable URI uri;
    public @Nullable Colour colour;
    public EnumSet<Colour> colours = EnumSet.noneOf(Colour.class);
    public List<String> texts = new ArrayList<>();
    public Map<String, Long> counts = new HashMap<>();
    public @Nullable Part part;
    public byte[] bytes = new byte[0];
  }

  static final List<String> FIELDS =
      List.of(
          "flag",
          "number",
          "count",
          "ratio",
          "boxed",
          "text",
          "date",
          "uri",
          "colour",
          "colours",
          "texts",
          "counts",
          "part",
          "bytes",
          "documentVersion",
          "documentSelfLink",
          "documentKind",
          "documentExpirationTimeMicros",
          "documentUpdateTimeMicros",
          "documentOwner",
          "documentSourceLink",
          "documentDescription",
          "documentEpoch",
          "documentTransactionId",
          "documentSignature",
          "documentAuthPrincipalLink");

  public EveryFieldService() {
    super(EveryFieldState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
  }

  @Override
  public void handlePatch(Operation patch) {
    EveryFieldState state = getState(patch);
    Utils.mergeWithState(getStateDescription(), state, getBody(patch));
    patch.setBody(state).complete();
  }
}
