// Package document is exhibits.html: it renders a visit's view and reports what the
// visitor does as the events of package visit. It decides nothing.
package document
