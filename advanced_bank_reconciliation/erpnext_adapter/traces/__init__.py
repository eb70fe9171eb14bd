"""What ERPNext's own documents show of the runs that settled them: in the timeline and under *Connections*.

Nothing of it is stored: it is read from the record of runs for who looks, with their permissions.
"""
