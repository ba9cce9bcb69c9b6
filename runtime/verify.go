package runtime

import (
	"context"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// VerifyStore checks all that holds of a store that is sound. It reads only, and may
// run beside an apply.
func (p *Project) VerifyStore(ctx context.Context) (metrics.Verified, diag.List) {
	var report metrics.Verified
	if diags := p.storeInside(); diags.HasErrors() {
		return report, diags
	}
	diags := store.Read(p.StoreDir(), func(st *store.Store) diag.List {
		if !st.Exists() {
			return diag.List{nothingApplied()}
		}
		s, diags := p.reading(ctx)
		if diags.HasErrors() {
			return diags
		}
		defer s.close()
		report, diags = st.Verify(ctx, s.eng)
		return diags
	})
	return report, diags
}

// CompactStore drops the published values that were superseded longer ago than the
// project retains them; a project without retention keeps all.
func (p *Project) CompactStore(ctx context.Context, now time.Time) (out metrics.Compacted, diags diag.List) {
	st, diags := p.applied()
	if diags.HasErrors() {
		return out, diags
	}
	writer, diags := st.Lock(ctx, lockWait, "metrics store compact")
	if diags.HasErrors() {
		return out, diags
	}
	defer func() { diags = append(diags, writer.Close()...) }()
	s, diags := p.reading(ctx)
	if diags.HasErrors() {
		return out, diags
	}
	defer s.close()
	until := time.Time{}
	if r := p.Model.Project.Retention; !r.IsZero() {
		until = p.Calendar.Later(now, r.Neg())
	}
	return writer.Compact(ctx, s.eng, until)
}
