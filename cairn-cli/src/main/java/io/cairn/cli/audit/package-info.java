// SPDX-License-Identifier: Apache-2.0
/** What is asked of the records of who did what. */
@NullMarked
package io.cairn.cli.audit;

import org.jspecify.annotations.NullMarked;
