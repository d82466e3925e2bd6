// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.query.QueryValidation;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.ODataSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Parameters of a listing are refused, or find the same in the index and in memory. */
public final class ODataFuzz {
  private static final ODataQuery.Scope SAMPLES =
      new ODataQuery.Scope("/samples/", Sample.KIND, SampleDocuments.DESCRIPTION);
  private static final SampleDocuments DOCUMENTS = new SampleDocuments();

  private ODataFuzz() {}

  /**
   * Tries one input: a filter or nothing, and on further lines other parameters with their values.
   */
  public static void fuzzerTestOneInput(byte[] data) {
    String[] lines = new String(data, StandardCharsets.UTF_8).split("\n", -1);
    Map<String, String> parameters = new TreeMap<>();
    if (lines.length == 1 || !lines[0].isEmpty()) {
      parameters.put(ODataQuery.FILTER, lines[0]);
    }
    for (int i = 1; i < lines.length; i++) {
      String[] parameter = lines[i].split("=", 2);
      parameters.put(parameter[0], parameter.length == 1 ? "" : parameter[1]);
    }
    try {
      ODataQuery query = ODataQuery.parse(parameters, SAMPLES);
      QueryValidation.validate(query.specification());
      if (lines.length == 1) {
        DOCUMENTS.findsTheSame(query.specification(), data);
      }
    } catch (ODataSyntaxException refusal) {
      checkMessage(refusal, data);
    }
  }
}
