// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.runtime.HostFixture;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import java.net.URI;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A kind with a field of every type and every index option, for the checklists of Xenon. */
final class Specimens {
  static final String FACTORY = "/specimens";

  private Specimens() {}

  enum Grade {
    LOW,
    HIGH
  }

  /** Something inside a document. */
  public static class Part {
    public String label;
    public Long weight;
    public String partLink;
    public Map<String, String> marks;
  }

  /** A document with a field of every type. */
  public static class Specimen extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String text;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public String story;

    @PropertyOptions(
        indexing = {PropertyIndexingOption.CASE_INSENSITIVE, PropertyIndexingOption.SORT})
    public String town;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String secret;

    public String plain;
    public Long number;
    public Integer small;
    public Double height;
    public Boolean flag;
    public Date born;
    public URI reference;
    public Grade grade;
    public byte[] bytes;
    public String otherLink;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Set<Grade> grades;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<Long> numbers;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> otherLinks;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, String> labels;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, Long> counts;

    @PropertyOptions(indexing = PropertyIndexingOption.FIXED_ITEM_NAME)
    public Map<String, String> fixed;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Part part;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<Part> parts;

    public Part closed;
  }

  public static class SpecimenService extends StatefulService {
    public SpecimenService() {
      super(Specimen.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handlePut(Operation put) {
      if ("refused".equals(put.getBody(Specimen.class).text)) {
        put.fail(new IllegalArgumentException("text is refused"));
        return;
      }
      super.handlePut(put);
    }

    @Override
    public void handlePatch(Operation patch) {
      Specimen state = getState(patch);
      state.number = patch.getBody(Specimen.class).number;
      patch.complete();
    }
  }

  static void start(ServiceHost host) {
    host.startFactory(() -> FactoryService.create(SpecimenService.class), FACTORY);
  }

  /** Creates a document from JSON with single quotes. */
  static void create(HostFixture fixture, String id, String json) {
    String body = ("{'documentSelfLink':'" + id + "'," + json.substring(1)).replace('\'', '"');
    HostFixture.Answer answer = fixture.post(FACTORY, body.replace(",}", "}"));
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.body());
    }
  }
}
